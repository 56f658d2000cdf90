/** How much of everything a run of the suite does. */
export interface Size {
  /** One in so many named points is used. */
  readonly pointsEvery: number
  /** Kills at each named point, for each vendor. */
  readonly killsAtPoint: number
  readonly randomKills: number
  readonly stops: number
  /** Closed and stalled pipes, for each vendor. */
  readonly pipes: number
  /** HTTP faults, all vendors together. */
  readonly httpFaults: number
  /** Faults of the KV store, for each vendor. */
  readonly storeFaults: number
  readonly wipes: number
  readonly contests: number
  readonly takeovers: number
  /** Owners that are stopped and go on after another has taken over, for each vendor. */
  readonly zombies: number
  /** Records over 30 simulated days, all vendors together. */
  readonly simulatedRecords: number
  /** Passes a simulated day. */
  readonly passesADay: number
  /** Whether real minutes are waited out: a lease's 90 s, a connection that hangs, a store that is away. */
  readonly waits: boolean
}

export const sizes = {
  short: {
    pointsEvery: 9,
    killsAtPoint: 1,
    randomKills: 4,
    stops: 2,
    pipes: 1,
    httpFaults: 60,
    storeFaults: 4,
    wipes: 0,
    contests: 3,
    takeovers: 1,
    zombies: 1,
    simulatedRecords: 0,
    passesADay: 1,
    waits: false,
  },
  standard: {
    pointsEvery: 1,
    killsAtPoint: 1,
    randomKills: 60,
    stops: 8,
    pipes: 3,
    httpFaults: 1_000,
    storeFaults: 24,
    wipes: 3,
    contests: 12,
    takeovers: 3,
    zombies: 2,
    simulatedRecords: 200_000,
    passesADay: 1,
    waits: true,
  },
  long: {
    pointsEvery: 1,
    killsAtPoint: 9,
    randomKills: 1_050,
    stops: 60,
    pipes: 15,
    httpFaults: 10_500,
    storeFaults: 180,
    wipes: 10,
    contests: 70,
    takeovers: 20,
    zombies: 10,
    simulatedRecords: 10_500_000,
    passesADay: 4,
    waits: true,
  },
} satisfies Record<string, Size>

export type SizeName = keyof typeof sizes
