"""Articles: the pages that enquiries come from."""
