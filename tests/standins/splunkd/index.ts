export type { App } from './apps/app.ts'
export { type Conf, formatConf, parseConf, type Settings } from './apps/conf.ts'
export type { InputStanza } from './apps/inputs-conf.ts'
export type { Scheme, SchemeArgument } from './apps/scheme.ts'
export { type ClientAnswer, type ClientOptions, call } from './client.ts'
export {
  EventStore,
  type EventStoreOptions,
  type StoredEvent,
  type Truncation,
} from './events/event-store.ts'
export { EventStream, type StreamEvent } from './events/event-stream.ts'
export type { Collection } from './kvstore/collection.ts'
export type { KvDocument } from './kvstore/document.ts'
export { type KvStatus, KvStore } from './kvstore/store.ts'
export type { LogLine } from './log.ts'
export { type NewPassword, Passwords, passwordName, type StoredPassword } from './passwords.ts'
export * from './rest/faults.ts'
export { Refusal, type Reply } from './rest/reply.ts'
export type { RestRequest } from './rest/request.ts'
export type { LoggedRequest } from './rest/server.ts'
export type { Run, RunHooks, RunResult } from './runs/run.ts'
export { Splunkd, type SplunkdOptions, type StartOptions } from './splunkd.ts'
