/** Records of about 1 KB as the vendors send them, all different, with text that is not ASCII. */

const subjects = [
  'Rechnung für März – „Müller & Söhne“',
  '请查收：2026年11月账单',
  'Fwd: <Réunion> jeudi & vendredi',
  'Quarterly figures, please review',
  'Ваш заказ отправлен',
]

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0')
const two = (number: number): string => String(number % 60).padStart(2, '0')

/** JSON with a space after each comma and colon outside strings, as Cisco ETD writes it. */
const spaced = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|[,:]/g, (token) => (token.length === 1 ? `${token} ` : token))

/** A line of Cisco ETD's message log. */
export function messageRecord(i: number): string {
  const id = `${hex(i, 8)}-8a9e-487c-800b-1391798e95fd`
  const message = {
    eventType: 'create',
    id,
    envelopeTo: [`recipient${i % 977}@example.com`],
    internetMessageId: `<PN3P287MB0337${hex(i, 12)}@PN3P287MB0337.INDP287.PROD.OUTLOOK.COM>`,
    mailboxes: [`recipient${i % 977}@example.com`, `sender${i % 91}@example.com`],
    fromAddresses: `sender${i % 91}@example.com`,
    clientIp: '20.190.152.152',
    serverIp: '2603:1096:a01:58::7',
    subject: subjects[i % subjects.length],
    timestamp: `2026-11-20T05:${two(i / 60)}:${two(i)}Z`,
    direction: 'incoming',
    secureEmailGateway: { gatewayType: 'ciscoDefault', headerName: 'X-IronPort-RemoteIP' },
    toAddresses: [`recipient${i % 977}@example.com`],
    verdict: {
      category: 'spam',
      detections: [{ technique: 'Malicious URL', type: 'url', description: `http://host${i}.example.com/` }],
      verdict: 'spam',
      timestamp: '2026-11-20T06:36:00.344258147Z',
    },
    urls: [{ url: `http://host${i}.example.com/main?a=1&b=${i}` }],
  }
  const tenantId = '07fa4225-ed36-48b0-b165-3468fa6605ef'
  const record = { message, tenantId, logType: 'message', logDate: '2026-11-20', logHour: '06' }
  return spaced(JSON.stringify(record))
}

/** An element of Trend Micro's mail tracking log. */
export function emailSecurityRecord(i: number): string {
  return JSON.stringify({
    genTime: `2026-11-20T05:${two(i / 60)}:${two(i)}Z`,
    timestamp: `2026-11-20T05:${two(i / 60)}:${two(i)}Z`,
    deliveryTime: `2026-11-20T06:${two(i / 60)}:${two(i)}Z`,
    sender: `sender${i % 91}@example.com`,
    direction: 'in',
    messageID: `<7bebfeb6-f035-451f-8c4f-${hex(i, 12)}@mta2135.example.com>`,
    subject: subjects[i % subjects.length],
    size: 66_390 + i,
    mailID: `${hex(i, 8)}-2e0e-46df-b2dc-a62e80167067`,
    recipient: `recipient${i % 977}@example.com`,
    action: 'Delivered',
    tlsInfo: 'upstreamTLS: TLS 1.2; downstreamTLS: TLS 1.2',
    headerFrom: `Absender <sender${i % 91}@example.com>`,
    headerTo: [`recipient${i % 977}@example.com`, 'team@example.com'],
    senderIP: '192.0.2.17',
    deliveredTo: '198.51.100.23',
    attachments: [
      {
        fileName: 'Übersicht.zip',
        sha256: `f78960148721b59dcb563b9964a4d47e2a834a4259f46cd12db7c1cf${hex(i, 8)}`,
      },
      { fileName: 'test2.zip', sha256: '329436266f3927e89ea961e26855c8bd1f51401d92babd6627e493295376daf5' },
    ],
    embeddedUrls: [`http://host${i}.example.com/?x=1&y=2`],
    details: '250 2.0.0 Ok: queued as 3CBEFC0811',
  })
}
