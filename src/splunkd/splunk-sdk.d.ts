/** What this add-on uses of splunk-sdk 2.x, which comes without types. Only these files are loaded: its Node transport is replaced. */

declare module 'splunk-sdk/lib/http.js' {
  export interface HttpMessage {
    method: string
    headers: Record<string, string>
    body: string
    query?: Record<string, unknown>
  }
  export interface HttpResponse {
    response: { headers: Record<string, string | string[] | undefined>; statusCode: number }
    status: number
    data: unknown
    error: unknown
  }
  interface HttpClass {
    new (): Http
    extend(members: { makeRequest(url: string, message: HttpMessage): Promise<HttpResponse> }): HttpClass
  }
  interface Http {
    readonly version: string
  }
  const Http: HttpClass
  export default Http
}

declare module 'splunk-sdk/lib/service.js' {
  import type { HttpResponse } from 'splunk-sdk/lib/http.js'

  export default class Service {
    constructor(
      http: object,
      options: {
        scheme: string
        host: string
        port: number
        owner: string
        app: string
        sessionKey: string
        version: string
      },
    )
    request(
      path: string,
      method: string,
      query: Record<string, unknown> | undefined,
      post: Record<string, unknown> | undefined,
      body: string | undefined,
      headers: Record<string, string>,
    ): Promise<HttpResponse>
  }
}
