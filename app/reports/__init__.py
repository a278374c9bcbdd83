"""How we are doing: which articles lead to a sale, and what comes of the trials."""
