import { Refusal, type Reply } from './reply.ts'
import type { RestRequest } from './request.ts'

/** Values of the `:name` segments of a route. */
export type PathValues = Readonly<Record<string, string>>

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Segments after the namespace; `:name` stands for any one segment. */
  readonly path: string
  readonly answer: (request: RestRequest, values: PathValues) => Reply | Promise<Reply>
}

function match(path: string, segments: readonly string[]): PathValues | undefined {
  const pattern = path.split('/')
  if (pattern.length !== segments.length) return undefined
  const values: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? ''
    if (part.startsWith(':')) values[part.slice(1)] = segment
    else if (part !== segment) return undefined
  }
  return values
}

export interface Destination {
  readonly route: Route
  readonly values: PathValues
}

/** Finds who answers. Throws 404 for an unknown path and 405 for a method that the path does not have. */
export function findRoute(routes: readonly Route[], request: RestRequest): Destination {
  let known = false
  for (const route of routes) {
    const values = match(route.path, request.segments)
    if (values === undefined) continue
    known = true
    if (route.method === request.method) return { route, values }
  }
  throw known ? new Refusal(405, 'Method Not Allowed') : new Refusal(404, 'Not Found')
}
