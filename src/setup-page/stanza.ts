import { z } from 'zod'
import type { InputDefinition } from '../input/definition.ts'
import { type Ask, understood } from './ask.ts'
import { Refused } from './refusal.ts'

/** An input as splunkd has it. */
export interface Stanza {
  readonly definition: InputDefinition
  /** Without the scheme. */
  readonly name: string
  /** The app whose inputs.conf has it. */
  readonly app: string
  readonly disabled: boolean
  /** Its settings as text; secrets as the mask, or in clear text until its first run. */
  readonly settings: ReadonlyMap<string, string>
}

const role = 'the capability edit_modinput_<input type>, or the role admin or sc_admin'

const setting = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const feed = z.object({
  entry: z.array(
    z.object({
      name: z.string(),
      acl: z.object({ app: z.string() }),
      content: z.record(z.string(), z.unknown()),
    }),
  ),
})

const truths = new Set(['1', 'true'])

function stanzasOf(definition: InputDefinition, answer: unknown, doing: string): Stanza[] {
  return understood(feed, answer, doing).entry.map(({ name, acl, content }) => {
    const settings = new Map<string, string>()
    for (const [key, value] of Object.entries(content)) {
      const read = setting.safeParse(value)
      if (read.success) settings.set(key, read.data)
    }
    return { definition, name, app: acl.app, disabled: truths.has(settings.get('disabled') ?? ''), settings }
  })
}

const pathOf = (scheme: string, name?: string): string =>
  `data/inputs/${scheme}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`

/** Every input of one type, in whichever app it was created. */
export async function listStanzas(ask: Ask, definition: InputDefinition): Promise<Stanza[]> {
  const doing = `reading the inputs of type ${definition.title}`
  const answer = await ask({ path: pathOf(definition.scheme), app: '-', query: { count: '-1' }, doing })
  return stanzasOf(definition, answer, doing)
}

/** One input as it is now; undefined when there is none. The app `-` stands for all. */
export async function readStanza(
  ask: Ask,
  { definition, app, name }: Pick<Stanza, 'definition' | 'app' | 'name'>,
): Promise<Stanza | undefined> {
  try {
    const doing = `reading the input ${name}`
    const answer = await ask({ path: pathOf(definition.scheme, name), app, doing })
    return stanzasOf(definition, answer, doing)[0]
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined
    throw error
  }
}

/** Creates the input; splunkd has it check its parameters and the vendor first. */
export async function createStanza(
  ask: Ask,
  definition: InputDefinition,
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  await ask({
    method: 'POST',
    path: pathOf(definition.scheme),
    form: { name, ...settings },
    doing: `creating the input ${name}`,
    needs: role,
  })
}

/** Changes settings of the input; splunkd has it check them, and starts it again. */
export async function editStanza(
  ask: Ask,
  { definition, app, name }: Stanza,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  await ask({
    method: 'POST',
    path: pathOf(definition.scheme, name),
    app,
    form: settings,
    doing: `saving the input ${name}`,
    needs: role,
  })
}

export async function switchStanza(ask: Ask, { definition, app, name }: Stanza, on: boolean): Promise<void> {
  await ask({
    method: 'POST',
    path: `${pathOf(definition.scheme, name)}/${on ? 'enable' : 'disable'}`,
    app,
    doing: `switching the input ${name} ${on ? 'on' : 'off'}`,
    needs: role,
  })
}

/** Deletes the input. One that is gone already is fine. */
export async function deleteStanza(ask: Ask, { definition, app, name }: Stanza): Promise<void> {
  try {
    await ask({
      method: 'DELETE',
      path: pathOf(definition.scheme, name),
      app,
      doing: `deleting the input ${name}`,
      needs: role,
    })
  } catch (error) {
    if (!(error instanceof Refused && error.status === 404)) throw error
  }
}
