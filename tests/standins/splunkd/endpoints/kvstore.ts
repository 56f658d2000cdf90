import type { Collection, FindOptions } from '../kvstore/collection.ts'
import type { FieldType } from '../kvstore/document.ts'
import type { KvStore } from '../kvstore/store.ts'
import { type Entry, entryReply, listReply } from '../rest/atom.ts'
import { jsonReply, Refusal } from '../rest/reply.ts'
import type { RestRequest } from '../rest/request.ts'
import type { Route } from '../rest/router.ts'

const CONFIG = 'storage/collections/config'
const DATA = 'storage/collections/data/:collection'

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 'JSON in the request is invalid.')
  }
}

function jsonBody(request: RestRequest): unknown {
  if (request.contentType !== 'application/json') {
    throw new Refusal(415, 'Documents are sent as Content-Type: application/json.')
  }
  return json(request.body)
}

function count(request: RestRequest, name: string): number | undefined {
  const text = request.query.get(name)
  if (text === null) return undefined
  if (!/^\d+$/.test(text)) throw new Refusal(400, `Invalid ${name}: "${text}".`)
  return Number(text)
}

function findOptions(request: RestRequest): FindOptions {
  const [query, fields, sort] = ['query', 'fields', 'sort'].map((name) => request.query.get(name))
  const [skip, limit] = [count(request, 'skip'), count(request, 'limit')]
  return {
    ...(query ? { query: json(query) } : {}),
    ...(fields ? { fields } : {}),
    ...(sort ? { sort } : {}),
    ...(skip === undefined ? {} : { skip }),
    ...(limit === undefined ? {} : { limit }),
  }
}

const FIELD_TYPES: readonly string[] = [
  'number',
  'bool',
  'string',
  'time',
  'array',
  'cidr',
] satisfies FieldType[]

export function isFieldType(text: string): text is FieldType {
  return FIELD_TYPES.includes(text)
}

/** `storage/collections/config` and `storage/collections/data`. */
export function kvStoreRoutes(kv: KvStore): Route[] {
  const collection = (request: RestRequest, name = ''): Collection => {
    kv.mustBeReady()
    if (request.app === '-' || (request.owner === '-' && request.method !== 'GET')) {
      throw new Refusal(400, 'A namespace with - names no single collection.')
    }
    return kv.collection(
      request.app ?? 'system',
      name,
      request.owner === '-' ? 'nobody' : (request.owner ?? 'nobody'),
    )
  }
  const configuration = (app: string): Entry[] =>
    kv.declared(app).map((each) => ({
      name: each.name,
      app: each.app,
      owner: 'nobody',
      content: {
        disabled: false,
        'eai:appName': each.app,
        'eai:userName': 'nobody',
        enforceTypes: each.settings.enforceTypes,
        replicate: 'false',
        type: 'undefined',
        ...Object.fromEntries([...each.settings.fields].map(([name, type]) => [`field.${name}`, type])),
      },
    }))
  const configured = (request: RestRequest, name = ''): Entry => {
    const entry = configuration(request.app ?? 'system').find((each) => each.name === name)
    if (entry === undefined) throw new Refusal(404, `Could not find object id=${name}`)
    return entry
  }
  return [
    {
      method: 'GET',
      path: CONFIG,
      answer: (request) => listReply(request, configuration(request.app ?? 'system')),
    },
    {
      method: 'GET',
      path: `${CONFIG}/:name`,
      answer: (request, { name }) => entryReply(request, configured(request, name)),
    },
    {
      method: 'POST',
      path: CONFIG,
      answer: (request) => {
        const [app, name] = [request.app ?? 'system', request.form.get('name')]
        if (!name) throw new Refusal(400, 'Cannot perform action "POST" without a target name to act on.')
        if (app === '-') throw new Refusal(400, 'A namespace with - cannot be written to.')
        if (kv.isDeclared(app, name)) throw new Refusal(409, `An object with name=${name} already exists`)
        const fields = new Map<string, FieldType>()
        for (const [key, type] of request.form) {
          if (key.startsWith('field.') && isFieldType(type)) fields.set(key.slice('field.'.length), type)
        }
        kv.declare(app, name, { fields, enforceTypes: request.form.get('enforceTypes') === 'true' })
        return entryReply(request, configured(request, name), 201)
      },
    },
    {
      method: 'DELETE',
      path: `${CONFIG}/:name`,
      answer: (request, { name = '' }) => {
        const entry = configured(request, name)
        kv.drop(entry.app, name)
        return listReply(request, configuration(entry.app))
      },
    },
    {
      method: 'GET',
      path: DATA,
      answer: (request, values) =>
        jsonReply(collection(request, values.collection).find(findOptions(request))),
    },
    {
      method: 'POST',
      path: DATA,
      answer: (request, values) =>
        jsonReply({ _key: collection(request, values.collection).insert(jsonBody(request)) }, 201),
    },
    {
      method: 'DELETE',
      path: DATA,
      answer: (request, values) => {
        const query = request.query.get('query')
        collection(request, values.collection).deleteWhere(query ? json(query) : undefined)
        return jsonReply({})
      },
    },
    {
      method: 'POST',
      path: `${DATA}/batch_save`,
      answer: (request, values) => {
        const bytes = Buffer.byteLength(request.body)
        return jsonReply(collection(request, values.collection).saveBatch(jsonBody(request), bytes))
      },
    },
    {
      method: 'POST',
      path: `${DATA}/batch_find`,
      answer: (request, values) =>
        jsonReply(collection(request, values.collection).findBatch(jsonBody(request))),
    },
    {
      method: 'GET',
      path: `${DATA}/:key`,
      answer: (request, { key = '', ...values }) =>
        jsonReply(collection(request, values.collection).get(key)),
    },
    {
      method: 'POST',
      path: `${DATA}/:key`,
      answer: (request, { key = '', ...values }) => {
        collection(request, values.collection).replace(key, jsonBody(request))
        return jsonReply({ _key: key })
      },
    },
    {
      method: 'DELETE',
      path: `${DATA}/:key`,
      answer: (request, { key = '', ...values }) => {
        collection(request, values.collection).delete(key)
        return jsonReply({})
      },
    },
  ]
}
