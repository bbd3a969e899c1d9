import { defaultSettings, type AppInfo, type Settings } from '../../shared/contract/app'
import type { Api } from '../../shared/rpc/contract'

/** The settings, and information about the host. */
export class SettingsState {
  value = $state.raw<Settings>(defaultSettings)
  info = $state.raw<AppInfo | null>(null)
  /** Desktop: whether the system opens broker links with Treetop; null where it cannot. */
  opensLinks = $state<boolean | null>(null)
  readonly #api: Api
  /** What the host has stored, and the changes that it has not answered yet. */
  #stored = defaultSettings
  #pending: Partial<Settings>[] = []

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    return this.#api.on('settings.changed', (settings) => {
      this.#stored = settings
      this.#show()
    })
  }

  async load(): Promise<void> {
    const [value, info, opensLinks] = await Promise.all([
      this.#api.call('settings.get'),
      this.#api.call('app.info'),
      this.#api.call('app.opensLinks')
    ])
    this.#stored = value
    this.#show()
    this.info = info
    this.opensLinks = opensLinks
  }

  async setOpensLinks(opens: boolean): Promise<void> {
    this.opensLinks = await this.#api.call('app.setOpensLinks', { opens })
  }

  /** Applies the change at once, then takes over what the host stored. On failure, reverts this change and throws. */
  async set(changes: Partial<Settings>): Promise<void> {
    this.#pending.push(changes)
    this.#show()
    try {
      this.#stored = await this.#api.call('settings.set', changes)
    } finally {
      this.#pending = this.#pending.filter((each) => each !== changes)
      this.#show()
    }
  }

  #show(): void {
    this.value = Object.assign({ ...this.#stored }, ...this.#pending)
  }
}
