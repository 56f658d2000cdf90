import type { Colour } from './png.ts'
import { arc, box, line, type Shape, union, without } from './shapes.ts'

/** A shape and the colour that it is filled with. */
export interface Layer {
  readonly shape: Shape
  readonly colour: Colour
}

export const navy: Colour = [0.06, 0.15, 0.29, 1]
const white: Colour = [1, 1, 1, 1]
const teal: Colour = [0.16, 0.76, 0.71, 1]

const tile = box(1, 1, 35, 35, 8)
const flap = line(2.4, [13.4, 13], [21.6, 19.4], [29.8, 13])
const envelope = without(box(12, 10.6, 31.2, 25.4, 2.6), flap)
const trail: readonly Layer[] = [
  { shape: line(2.2, [6.6, 14], [9.2, 14]), colour: teal },
  { shape: line(2.2, [4.9, 18], [9.2, 18]), colour: teal },
  { shape: line(2.2, [7.6, 22], [9.2, 22]), colour: teal },
]

/** An envelope that leaves a trail, on a tile, drawn in a field of 36 by 36. */
export const markOnTile: readonly Layer[] = [
  { shape: tile, colour: navy },
  { shape: envelope, colour: white },
  ...trail,
]

/** The same without the tile, for light grounds. */
export const markAlone: readonly Layer[] = [{ shape: envelope, colour: navy }, ...trail]

/** The word "mailtrail", 96 wide, its letters between y = 8 and y = 29, beginning at x = 0. */
export const wordmark: readonly Layer[] = [{ shape: word(), colour: navy }]

function word(): Shape {
  const pen = 2.6
  const letters: Record<string, { readonly advance: number; readonly shape: Shape }> = {
    m: {
      advance: 18.4,
      shape: union(
        line(pen, [1.5, 16.5], [1.5, 27.5]),
        arc(pen, [5.2, 19.7], 3.7, 180, 360),
        line(pen, [8.9, 19.7], [8.9, 27.5]),
        arc(pen, [12.6, 19.7], 3.7, 180, 360),
        line(pen, [16.3, 19.7], [16.3, 27.5]),
      ),
    },
    a: {
      advance: 13.6,
      shape: union(arc(pen, [6.6, 21.9], 5, 0, 360), line(pen, [11.6, 16.5], [11.6, 27.5])),
    },
    i: { advance: 4.6, shape: union(line(pen, [2, 16.5], [2, 27.5]), line(3, [2, 11.6], [2, 11.6])) },
    l: { advance: 4.6, shape: line(pen, [2, 9.5], [2, 27.5]) },
    t: {
      advance: 9,
      shape: union(
        line(pen, [3.6, 11.5], [3.6, 24.4]),
        arc(pen, [6.7, 24.4], 3.1, 180, 90),
        line(pen, [1.3, 16.5], [7.4, 16.5]),
      ),
    },
    r: { advance: 8, shape: union(line(pen, [1.8, 16.5], [1.8, 27.5]), arc(pen, [6, 20.7], 4.2, 180, 280)) },
  }
  let pencil = 0
  const placed = [...'mailtrail'].flatMap((name) => {
    const letter = letters[name]
    if (letter === undefined) return []
    const at = pencil
    pencil += letter.advance + 2
    return [(x: number, y: number) => letter.shape(x - at, y)]
  })
  return union(...placed)
}
