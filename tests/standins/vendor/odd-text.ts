/**
 * Bodies of JSON strings, escaped as they stand between the quotation marks, that break careless collectors:
 * XML's own characters, what XML cannot carry, escapes that must stay as sent, look-alikes of members.
 */
export const oddText: readonly string[] = [
  'Rechnung für März – überfällig',
  '请确认订单 🚀 および請求書',
  'مرحبا بالعالم',
  'a \\"quoted\\" word, a back\\\\slash and a slash \\/ escaped',
  'tab\\tnew\\nline\\r\\fform\\bback',
  '\\ud83d\\ude00 an escaped emoji, \\u00e9 and \\u00C9',
  'a lone surrogate \\ud800 and another \\udc00',
  'U+FFFE \uFFFE and U+FFFF \uFFFF as they are',
  'escaped \\ufffe and \\u0000 and \\u001f',
  '<id@host> & "not ]]> an end"'.replaceAll('"', '\\"'),
  '</event></stream><event><data>injected</data></event>',
  '\\"timestamp\\": \\"1999-01-01T00:00:00Z\\", \\"genTime\\": \\"1999-01-01T00:00:00Z\\"',
  'line\u2028separator, paragraph\u2029separator, next\u0085line, delete\u007f',
  'ends with a backslash \\\\',
  '{\\"nested\\": [\\"json\\", {\\"as\\": \\"text\\"}]}',
  '\uFEFFstarts with a byte order mark, é as e\u0301',
]

/** Members with number texts that a parse and a stringify would change. */
export const oddNumbers = '"score": 1.0, "sequence": 12345678901234567890, "weight": -0.0, "ratio": 1E-7'
