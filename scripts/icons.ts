import { mkdirSync, writeFileSync } from 'node:fs'
import { type Layer, markAlone, markOnTile, wordmark } from './icons/mark.ts'
import { type Colour, png } from './icons/png.ts'
import { projectRoot } from './package/project.ts'

// Draws the icons in static/. Names and sizes are those that Splunk asks for:
// https://dev.splunk.com/enterprise/docs/developapps/createapps/addappicons

/** Draws the layers, the first at the back, at `scale` pixels a point; an edge fades over one pixel. */
function render(width: number, height: number, scale: number, layers: readonly Layer[]): Buffer {
  return png(width, height, (column, row) => {
    const x = (column + 0.5) / scale
    const y = (row + 0.5) / scale
    return layers.reduce<Colour>(
      (below, { shape, colour }) => over(colour, Math.min(1, Math.max(0, 0.5 - shape(x, y) * scale)), below),
      [0, 0, 0, 0],
    )
  })
}

function over(colour: Colour, coverage: number, below: Colour): Colour {
  const top = colour[3] * coverage
  const alpha = top + below[3] * (1 - top)
  if (alpha === 0) return below
  const mix = (index: 0 | 1 | 2) => (colour[index] * top + below[index] * below[3] * (1 - top)) / alpha
  return [mix(0), mix(1), mix(2), alpha]
}

function moved(layers: readonly Layer[], dx: number, dy: number, scale: number): Layer[] {
  return layers.map(({ shape, colour }) => ({
    colour,
    shape: (x, y) => shape((x - dx) / scale, (y - dy) / scale) * scale,
  }))
}

const logo = [...moved(markOnTile, 2, 2, 1), ...moved(wordmark, 46, 0, 1.06)]
const icons: readonly [
  name: string,
  width: number,
  height: number,
  scale: number,
  layers: readonly Layer[],
][] = [
  ['appIcon', 36, 36, 1, markOnTile],
  ['appIcon_2x', 72, 72, 2, markOnTile],
  ['appIconAlt', 36, 36, 1, markAlone],
  ['appIconAlt_2x', 72, 72, 2, markAlone],
  ['appLogo', 160, 40, 1, logo],
  ['appLogo_2x', 320, 80, 2, logo],
]

mkdirSync(`${projectRoot}/static`, { recursive: true })
for (const [name, width, height, scale, layers] of icons) {
  writeFileSync(`${projectRoot}/static/${name}.png`, render(width, height, scale, layers))
}
