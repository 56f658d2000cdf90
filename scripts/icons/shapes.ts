/** Signed distance of a point to a shape, in the units of the drawing: below 0 inside, above 0 outside. */
export type Shape = (x: number, y: number) => number

/** A rectangle with rounded corners. */
export function box(left: number, top: number, right: number, bottom: number, radius: number): Shape {
  const halfWidth = (right - left) / 2
  const halfHeight = (bottom - top) / 2
  return (x, y) => {
    const dx = Math.abs(x - left - halfWidth) - halfWidth + radius
    const dy = Math.abs(y - top - halfHeight) - halfHeight + radius
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius
  }
}

/** A line through the points with round ends and joints. */
export function line(width: number, ...points: readonly (readonly [number, number])[]): Shape {
  const parts = points.slice(1).map((end, index) => segment(points[index] ?? end, end))
  return (x, y) => Math.min(...parts.map((part) => part(x, y))) - width / 2
}

/** Part of a circle's line, from one angle to another in degrees, clockwise from the right. */
export function arc(
  width: number,
  centre: readonly [number, number],
  radius: number,
  from: number,
  to: number,
): Shape {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 6))
  const points = Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)] as const
  })
  return line(width, ...points)
}

/** Everything that is in one of the shapes. */
export function union(...shapes: readonly Shape[]): Shape {
  return (x, y) => Math.min(...shapes.map((shape) => shape(x, y)))
}

/** What is in the first shape but not in the second. */
export function without(shape: Shape, hole: Shape): Shape {
  return (x, y) => Math.max(shape(x, y), -hole(x, y))
}

function segment([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): Shape {
  const lengthSquared = (bx - ax) ** 2 + (by - ay) ** 2
  return (x, y) => {
    const along = lengthSquared === 0 ? 0 : ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / lengthSquared
    const nearest = Math.min(1, Math.max(0, along))
    return Math.hypot(x - ax - nearest * (bx - ax), y - ay - nearest * (by - ay))
  }
}
