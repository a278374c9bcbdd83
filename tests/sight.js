// What eyes find wrong with a page, asked in the page itself. Each function gives a list of sentences.
(() => {
  const HIDDEN_PX = 2
  const LINE_PX = 40
  const ROW_PX = 20
  const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]"

  const place = (node) => {
    const words = (node.getAttribute("aria-label") || node.textContent || node.name || "").trim().replace(/\s+/g, " ")
    return `${node.tagName.toLowerCase()}.${[...node.classList].join(".")} "${words.slice(0, 40)}"`
  }
  const isShown = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
  const ancestors = (node) => {
    const found = []
    for (let one = node.parentElement; one; one = one.parentElement) found.push(one)
    return found
  }

  // Colours: what the canvas makes of them, one over the other.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const known = new Map()
  const rgba = (colour) => {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data
      known.set(colour, [red, green, blue, alpha / 255])
    }
    return known.get(colour)
  }
  const over = (top, below) => top.slice(0, 3).map((part, i) => part * top[3] + below[i] * (1 - top[3]))
  const ground = (node) => {
    const layers = [node, ...ancestors(node)].map((one) => rgba(getComputedStyle(one).backgroundColor))
    return layers.reverse().reduce((below, top) => over(top, below), over(rgba("Canvas"), [255, 255, 255]))
  }
  const luminance = (colour) =>
    colour
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0)
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }

  // Focus: a ring of two pixels at least that stands out, on the control or on what it is drawn as.
  const drawnAs = (control) => [control, ...(control.labels || []), ...ancestors(control).slice(0, 4), control.nextElementSibling]
  const ringsOf = (nodes) =>
    nodes.flatMap((node) =>
      ["", "::before", "::after"].map((part) => {
        const style = getComputedStyle(node, part || null)
        return { node, style: style.outlineStyle, width: parseFloat(style.outlineWidth), colour: style.outlineColor, offset: parseFloat(style.outlineOffset) }
      }),
    )
  const isRing = (ring) => ring.style !== "none" && ring.width >= 2
  const isSeen = (ring) => {
    const around = ring.offset < 0 ? ring.node : ring.node.parentElement || ring.node
    const below = ground(around)
    return contrast(over(rgba(ring.colour), below), below) >= 3
  }
  const indicatorFault = (control) => {
    const nodes = drawnAs(control).filter(Boolean)
    document.activeElement.blur()
    const before = ringsOf(nodes).map(isRing)
    control.focus()
    if (document.activeElement !== control) return null
    const rings = ringsOf(nodes).filter((ring, i) => isRing(ring) && !before[i])
    if (!rings.length) return "shows nothing when it has focus"
    return rings.some(isSeen) ? null : `has a ring of too little contrast (${rings[0].colour})`
  }
  // What lies over a control and stays there; what people have opened themselves may, since Escape closes it.
  const coverAt = (node, control) => {
    const opened = node?.closest("details.menu[open]")
    const isLeft = opened && (!opened.contains(control) || control.parentElement === opened)
    if (!node || control.contains(node) || isLeft) return null
    for (let one = node; !one.contains(control); one = one.parentElement)
      if (["fixed", "sticky"].includes(getComputedStyle(one).position)) return one
    return null
  }
  const placeFault = (control) => {
    const shown = control.labels?.length && parseFloat(getComputedStyle(control).opacity) === 0 ? control.labels[0] : control
    const box = shown.getClientRects()[0] || shown.getBoundingClientRect()
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)]
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)]
    // Of a field for many lines browsers bring the one with the cursor.
    const least = control.matches("textarea") ? ROW_PX : LINE_PX
    const isEnough = (seen, whole) => seen >= Math.min(whole / 2, least)
    if (!isEnough(right - left, box.width) || !isEnough(bottom - top, box.height)) return "is not brought into the window"
    const parts = [1 / 6, 1 / 2, 5 / 6]
    const covers = parts.flatMap((y) =>
      parts.map((x) => coverAt(document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y), control)),
    )
    // Half of a control is enough to see it, if its middle is there; of a box that scrolls, any part.
    const isSmall = box.height <= 2 * LINE_PX
    const cover = (isSmall && covers[4]) || (covers.filter(Boolean).length > (isSmall ? 4 : 8) && covers.find(Boolean))
    return cover ? `is covered by ${place(cover)}` : null
  }
  const focusFaults = () => {
    const controls = [...document.querySelectorAll(CONTROLS)].filter((one) => one.tabIndex >= 0 && !one.disabled && isShown(one))
    return controls.flatMap((control) => {
      const faults = [indicatorFault(control)]
      if (document.activeElement === control) faults.push(placeFault(control))
      return faults.filter(Boolean).map((fault) => `${place(control)} ${fault}`)
    })
  }

  // Words: whole, beside each other, inside the window.
  const clipped = (box, node) => {
    let { left, right, top, bottom } = box
    for (const one of [node, ...ancestors(node)]) {
      const style = getComputedStyle(one)
      if (style.overflowX === "visible" && style.overflowY === "visible") continue
      const frame = one.getBoundingClientRect()
      if (style.overflowX !== "visible") [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)]
      if (style.overflowY !== "visible") [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)]
    }
    return { left, right, top, bottom }
  }
  const liesAbove = ({ position, zIndex }) => ["fixed", "sticky"].includes(position) || (position === "absolute" && zIndex !== "auto")
  const isStill = (node) => ![node, ...ancestors(node)].some((one) => liesAbove(getComputedStyle(one)))
  const wordBoxes = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    const range = document.createRange()
    while (walker.nextNode()) {
      const node = walker.currentNode.parentElement
      if (!walker.currentNode.data.trim() || !isShown(node) || node.closest("svg, option, script, style, .visually-hidden") || !isStill(node)) continue
      range.selectNodeContents(walker.currentNode)
      for (const rect of range.getClientRects()) {
        const box = clipped(rect, node)
        if (box.right - box.left > HIDDEN_PX && box.bottom - box.top > HIDDEN_PX) found.push({ node, ...box })
      }
    }
    return found
  }
  const overlap = (a, b) => {
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
    const least = Math.min(a.bottom - a.top, b.bottom - b.top)
    return width > HIDDEN_PX && height > least / 3
  }
  const overlapFaults = () => {
    const boxes = wordBoxes().sort((a, b) => a.top - b.top)
    const faults = new Set()
    boxes.forEach((box, i) => {
      for (let j = i + 1; j < boxes.length && boxes[j].top < box.bottom; j++) {
        const other = boxes[j]
        if (other.node !== box.node && overlap(box, other)) faults.add(`${place(box.node)} lies over ${place(other.node)}`)
      }
      if (box.right > innerWidth + 1 && box.left < innerWidth) faults.add(`${place(box.node)} goes out of the window`)
    })
    return [...faults]
  }
  const isCutOff = (node) => {
    const style = getComputedStyle(node)
    const tells = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none"
    if (tells || node.clientWidth <= HIDDEN_PX || node.clientHeight <= HIDDEN_PX) return false
    const hides = (flow) => ["hidden", "clip"].includes(flow)
    return (
      (hides(style.overflowX) && node.scrollWidth > node.clientWidth + HIDDEN_PX) ||
      (hides(style.overflowY) && node.scrollHeight > node.clientHeight + HIDDEN_PX)
    )
  }
  const cutFaults = () =>
    [...document.querySelectorAll("body *")]
      .filter((node) => !node.closest("svg, input, select, textarea, .visually-hidden") && isShown(node) && isCutOff(node))
      .map((node) => `${place(node)} is cut off`)

  window.sight = { focusFaults, wordFaults: () => [...overlapFaults(), ...cutFaults()] }
})()
