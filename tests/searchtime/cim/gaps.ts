/** Why a field that a dataset needs is not filled for every sample record: what the vendor's record does not say. */
export type Gaps = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>

const update = 'an update carries ids, verdict and action, and nothing else of the message'
const status = 'a status in words of its own is neither success nor failure'

/** By sourcetype, dataset and field. A test fails when a reason is missing, and when one is not needed any more. */
export const gaps: Gaps = {
  'cisco:etd:message': {
    'Email.Delivery': {
      return_addr: 'only where the record has a Return-Path',
    },
    'Email.Filtering': {
      dest: update,
      protocol: update,
      recipient: update,
      recipient_count: update,
      recipient_domain: update,
      return_addr: update,
      src: update,
      src_user: update,
      src_user_domain: update,
    },
    'Malware.Malware_Attacks': {
      dest: update,
      dest_nt_domain: 'cloud mail has no Windows domain',
      file_name: 'the log export names no attachments',
      file_path: 'the log export names no attachments',
      user: update,
    },
  },
  'cisco:etd:audit': {
    'Change.Auditing_Changes': {
      object_attrs: 'only where metadata describes the change',
      object_id: 'only where metadata names an object',
      result: 'only where the record has comments or a status',
      status,
    },
    'Change.Account_Management': {
      object_attrs: 'only where metadata describes the change',
    },
    'Authentication.Authentication': {
      src_user: 'for changes of privilege only, which the record does not tell of a login',
    },
  },
  'trendmicro:email:tracking': {
    'Email.Delivery': {
      action: 'an action that the vendor has not documented is not guessed',
      dest: 'a message that was held, deleted or not taken by the next hop reached none',
      src: 'the vendor leaves the address out of some records of quarantined messages',
    },
    'Email.Filtering': {
      dest: 'a blocked message reached no host',
      internal_message_id: 'the vendor gives a blocked message no mailID before it takes it',
      signature: 'only where the record has a reason or details',
    },
  },
  'pangea:audit': {
    'Change.Auditing_Changes': {
      object_attrs: 'only where the record has the new state as JSON',
      object_category:
        "the standard schema has no member for the target's kind; EVAL-object_category in local/props.conf",
      result: 'only where the record has a status',
      src: 'only where the record has a source',
      status,
    },
    'Change.Account_Management': {
      object_attrs: 'only where the record has the new state as JSON',
      object_category:
        "the standard schema has no member for the target's kind; EVAL-object_category in local/props.conf",
      src: 'only where the record has a source',
    },
    'Authentication.Authentication': {
      src: 'only where the record has a source',
      src_user: 'for changes of privilege only, which the record does not tell of a login',
    },
  },
  'mailtrail:integrity': {
    'Alerts.Alerts': {
      description: 'only where the finding has one; the signature says what was found',
      user: 'a finding is about a record or a tree; who wrote the record is in the record itself',
    },
  },
}
