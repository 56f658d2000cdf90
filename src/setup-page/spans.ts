const units: readonly (readonly [milliseconds: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
]

/** A span of time in its largest unit: `42 s`, `5 min`, `3 h`, `12 d`. */
export function spanText(milliseconds: number): string {
  const [size, name] = units.find(([unit]) => milliseconds >= unit) ?? [1_000, 's']
  return `${Math.max(0, Math.floor(milliseconds / size))} ${name}`
}
