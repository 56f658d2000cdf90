/** What this add-on uses of splunk-sdk 2.x, which comes without types. */

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

export interface HttpClass {
  new (): object
  extend(members: { makeRequest(url: string, message: HttpMessage): Promise<HttpResponse> }): HttpClass
}

export interface ServiceClass {
  new (
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
  ): {
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

export const Http: HttpClass
export const Service: ServiceClass
