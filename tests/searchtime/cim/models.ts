/** A field of a data model that an add-on must or should fill. */
export interface ModelField {
  readonly name: string
  /** The values that Splunk relies on; left out where any value is right. */
  readonly prescribed?: readonly string[]
}

/** A dataset of the Common Information Model: which tags make an event a part of it, and its fields. */
export interface Dataset {
  readonly model: string
  readonly name: string
  readonly tags: readonly string[]
  /** Required by Splunk's own add-on tests, or marked as recommended in the manual. */
  readonly needed: readonly ModelField[]
  /** The other fields of the dataset: shown in the table where the mapping fills them. */
  readonly optional: readonly ModelField[]
}

const fields = (names: string): ModelField[] => names.split(' ').map((name) => ({ name }))

const severities = ['critical', 'high', 'medium', 'low', 'informational']

const emailNeeded: readonly ModelField[] = [
  { name: 'action', prescribed: ['delivered', 'blocked', 'quarantined', 'deleted'] },
  ...fields('dest internal_message_id message_id'),
  { name: 'protocol', prescribed: ['smtp', 'imap', 'pop3', 'mapi'] },
  ...fields(
    'recipient recipient_count recipient_domain return_addr src src_user src_user_domain vendor_product',
  ),
]
const emailOptional = fields(
  'delay file_hash file_name orig_src recipient_status size status_code subject url user',
)

const changeNeeded: readonly ModelField[] = [
  {
    name: 'action',
    prescribed: 'acl_modified cleared created deleted modified read stopped updated started restarted'.split(
      ' ',
    ),
  },
  ...fields('change_type command dest dvc object object_attrs object_category object_id result src'),
  { name: 'status', prescribed: ['success', 'failure'] },
  ...fields('user vendor_product'),
]
const changeOptional = fields('object_path user_agent user_name vendor_account')

/**
 * The datasets that this add-on feeds, with their fields and prescribed values. Source: Splunk Common Information Model
 * Add-on 5.x, reference tables "Alerts", "Authentication", "Change", "Email" and "Malware" (help.splunk.com), and the
 * required fields of Splunk's pytest-splunk-addon. Fields that Enterprise Security fills (`*_bunit`, `*_category`,
 * `*_priority`) are not an add-on's.
 */
export const datasets: readonly Dataset[] = [
  {
    model: 'Email',
    name: 'Delivery',
    tags: ['email', 'delivery'],
    needed: emailNeeded,
    optional: emailOptional,
  },
  {
    model: 'Email',
    name: 'Filtering',
    tags: ['email', 'filter'],
    needed: [...emailNeeded, { name: 'signature' }],
    optional: [...emailOptional, ...fields('filter_action signature_extra signature_id')],
  },
  {
    model: 'Malware',
    name: 'Malware_Attacks',
    tags: ['malware', 'attack'],
    needed: [
      { name: 'action', prescribed: ['allowed', 'blocked', 'deferred'] },
      ...fields('category date dest dest_nt_domain file_name file_path'),
      { name: 'severity', prescribed: severities },
      ...fields('signature user vendor_product'),
    ],
    optional: fields('src src_user url'),
  },
  {
    model: 'Change',
    name: 'Auditing_Changes',
    tags: ['change', 'audit'],
    needed: changeNeeded,
    optional: changeOptional,
  },
  {
    model: 'Change',
    name: 'Account_Management',
    tags: ['change', 'account'],
    needed: [...changeNeeded, { name: 'src_user' }],
    optional: changeOptional,
  },
  {
    model: 'Authentication',
    name: 'Authentication',
    tags: ['authentication'],
    needed: [
      { name: 'action', prescribed: ['success', 'failure', 'pending', 'error'] },
      ...fields('app dest src src_user user'),
    ],
    optional: fields('reason user_agent user_id vendor_account'),
  },
  {
    model: 'Alerts',
    name: 'Alerts',
    tags: ['alert'],
    needed: [
      ...fields('app description dest id'),
      { name: 'severity', prescribed: severities },
      ...fields('signature signature_id src'),
      { name: 'type', prescribed: ['alarm', 'alert', 'event', 'task', 'warning'] },
      ...fields('user'),
    ],
    optional: fields('dest_type mitre_technique_id src_type'),
  },
]

/** The datasets that an event with these tags is in. */
export function datasetsOf(tags: readonly string[]): Dataset[] {
  return datasets.filter((dataset) => dataset.tags.every((tag) => tags.includes(tag)))
}
