/** An input of the world: of which vendor it is, and the tenant under which Cisco files what it collects. */
interface Input {
  readonly scheme: string
  readonly tenant?: string
}

/** The tenant of the sample records. */
export const sampleTenant = '5f3b1c52-7c1e-4a7e-9a34-000000000001'

/** The inputs that collect, by their names without the scheme. Two of them share a vendor, not a tenant. */
export const inputs: Readonly<Record<string, Input>> = {
  prod: { scheme: 'cisco_etd', tenant: sampleTenant },
  branch: { scheme: 'cisco_etd', tenant: '5f3b1c52-7c1e-4a7e-9a34-000000000002' },
  gateway: { scheme: 'trendmicro_email' },
  app: { scheme: 'pangea_audit' },
}
