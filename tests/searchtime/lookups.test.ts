import { describe, expect, it } from 'vitest'
import { parseApp, readAppText } from './app.ts'
import { datasets } from './cim/models.ts'
import { type Fields, texts } from './eval/value.ts'
import { type LookupUse, lookUp, parseCsv, parseLookupUse } from './fields/lookup.ts'

const app = parseApp(readAppText())

function uses(transform: string): LookupUse {
  for (const stanza of app.confs.props.values()) {
    for (const [name, value] of stanza) {
      if (name.startsWith('LOOKUP-') && value.startsWith(`${transform} `)) return parseLookupUse(value)
    }
  }
  throw new Error(`no LOOKUP uses ${transform}`)
}

/** What a lookup says of the given inputs, in the order of its LOOKUP setting. */
function says(transform: string, ...inputs: string[]): string[] {
  const use = uses(transform)
  const settings = app.confs.transforms.get(transform) ?? new Map<string, string>()
  const table = app.lookups.get(settings.get('filename') ?? '')
  if (!table) throw new Error(`${transform} has no table`)
  const fields: Fields = new Map(use.inputs.map(({ field }, at) => [field, inputs[at] ?? '']))
  lookUp(use, settings, table, fields)
  return use.outputs.map(({ field }) => texts(fields.get(field) ?? null).join('+'))
}

describe('what the lookups say of the vendors’ words', () => {
  it.each([
    ['login', 'success', 'success', 'authentication'],
    ['login', 'SUCCEEDED', 'success', 'authentication'],
    ['login', 'ok', 'success', 'authentication'],
    ['login', 'none', 'success', 'authentication'],
    ['login', 'failure', 'failure', 'authentication'],
    ['login', 'unsuccessful', 'failure', 'authentication'],
    ['login', 'denied', 'failure', 'authentication'],
    ['login', 'rejected', 'failure', 'authentication'],
    ['login', 'blocked', 'failure', 'authentication'],
    ['login', 'pending', 'pending', 'authentication'],
    ['login', 'locked', 'error', 'authentication'],
    ['logout', 'success', 'stopped', 'change'],
    ['get_report', 'success', 'read', 'change'],
    ['list_users', 'success', 'read', 'change'],
    ['read', 'success', 'read', 'change'],
    ['view_message', 'success', 'read', 'change'],
    ['search_messages', 'success', 'read', 'change'],
    ['export_logs', 'success', 'read', 'change'],
    ['download_attachment', 'success', 'read', 'change'],
    ['deactivate_user', 'success', 'stopped', 'change'],
    ['policy.disabled', 'success', 'stopped', 'change'],
    ['suspend_user', 'success', 'stopped', 'change'],
    ['stop_scan', 'success', 'stopped', 'change'],
    ['user deleted', 'success', 'deleted', 'change'],
    ['remove_member', 'success', 'deleted', 'change'],
    ['revoke_token', 'success', 'deleted', 'change'],
    ['clear_cache', 'success', 'cleared', 'change'],
    ['create_public_api_client', 'success', 'created', 'change'],
    ['add_rule', 'success', 'created', 'change'],
    ['invite_user', 'success', 'created', 'change'],
    ['generate_key', 'success', 'created', 'change'],
    ['role.grant', 'success', 'acl_modified', 'change'],
    ['set_permissions', 'success', 'acl_modified', 'change'],
    ['assign_role', 'success', 'acl_modified', 'change'],
    ['restart_connector', 'success', 'restarted', 'change'],
    ['start_scan', 'success', 'started', 'change'],
    ['activate_license', 'success', 'started', 'change'],
    ['enable_policy', 'success', 'started', 'change'],
    ['update_policy', 'success', 'updated', 'change'],
    ['reclassify', 'success', 'modified', 'change'],
  ])('the audit event %s with status %s is %s in %s', (event, status, action, kind) => {
    expect(says('mailtrail_audit_action', event, status)).toEqual([action, kind])
  })

  it.each([
    ['success', 'success'],
    ['OK', 'success'],
    ['passed', 'success'],
    ['completed', 'success'],
    ['done', 'success'],
    ['none', 'success'],
    ['allowed', 'success'],
    ['failed', 'failure'],
    ['unsuccessful', 'failure'],
    ['error', 'failure'],
    ['denied', 'failure'],
    ['rejected', 'failure'],
    ['blocked', 'failure'],
    ['unauthorized', 'failure'],
    ['forbidden', 'failure'],
    ['timeout', 'failure'],
    ['signed', ''],
  ])('the status %s is "%s"', (word, status) => {
    expect(says('mailtrail_status', word)).toEqual([status])
  })

  it.each([
    ['malicious', 'malware', 'critical'],
    ['malware', 'malware', 'critical'],
    ['phishing', 'malware', 'high'],
    ['bec', 'malware', 'high'],
    ['business email compromise', 'malware', 'high'],
    ['scam', 'malware', 'medium'],
    ['spam', 'malware', 'medium'],
    ['graymail', 'filter', 'informational'],
    ['spam', 'filter', 'low'],
    ['neutral', 'none', 'informational'],
  ])('the verdict %s as %s has the severity %s', (verdict, conviction, severity) => {
    expect(says('mailtrail_etd_verdict', verdict, conviction)).toEqual([severity])
  })

  it.each([
    ['none', 'quarantined', 'quarantined'],
    ['filter', 'blocked', 'blocked'],
    ['filter', 'deleted', 'deleted'],
    ['malware', 'quarantined', 'blocked'],
    ['malware', 'deleted', 'blocked'],
    ['malware', 'blocked', 'blocked'],
    ['malware', 'delivered', 'delivered+allowed'],
  ])('a message convicted as %s and %s has the action %s', (conviction, disposition, action) => {
    expect(says('mailtrail_etd_action', conviction, disposition)).toEqual([action])
  })

  it.each([
    ['user', 'AAA', 'user'],
    ['Role', 'AAA', 'role'],
    ['tenant', 'configuration', 'tenant'],
    ['policy', 'configuration', 'policy'],
    ['email', 'email', 'email'],
    ['message', 'email', 'email'],
    ['license', 'configuration', 'configuration'],
  ])('the audit category %s is a change of type %s to a %s', (category, type, object) => {
    expect(says('mailtrail_audit_category', category)).toEqual([type, object])
  })
})

describe('the words in the lookups', () => {
  const prescribedOf = (name: string): string[] =>
    datasets.flatMap(({ needed }) =>
      needed.flatMap((field) => (field.name === name ? (field.prescribed ?? []) : [])),
    )

  it.each(['action', 'severity', 'status'])('are prescribed, where the column is %s', (column) => {
    const allowed = prescribedOf(column)
    const wrong = [...app.lookups].flatMap(([file, { header, rows }]) => {
      const at = header.indexOf(column)
      return at < 0
        ? []
        : rows.filter((row) => !allowed.includes(row[at] ?? '')).map((row) => `${file}: ${row.join(',')}`)
    })
    expect(allowed.length).toBeGreaterThan(0)
    expect(wrong).toEqual([])
  })

  it('are read as CSV, in rows as wide as the header', () => {
    expect(parseCsv('a,b\n"x, ""y""",\n', 't.csv')).toEqual({ header: ['a', 'b'], rows: [['x, "y"', '']] })
    expect(() => parseCsv('a,b\n1,2,3\n', 't.csv')).toThrow(/t\.csv, line 2/)
  })
})
