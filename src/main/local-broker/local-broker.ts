import { randomBytes } from 'node:crypto'
import type { CallsOf } from '../../shared/contract'
import type { BrokerListener, BrokerStatus, ListenerFault } from '../../shared/contract/broker'
import { LOCAL_PROFILE_ID } from '../../shared/contract/profiles'
import { AppError, encodeError, isAppError, type ErrorCode } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'
import { needSamePort } from '../../shared/same-port'
import type { BrokerCrash, BrokerService, BrokerStart, LaunchSteps } from '../broker/broker-service'
import { checkPort } from '../broker/check-port'
import { SHARED_CLIENT_ID } from '../broker/mqtt-sn/gateway/without-connection'
import { networkHosts } from '../broker/network-hosts'
import type { Connections } from '../connection/connections'
import type { DemoDevices } from '../demo/devices'
import type { ProfileStore } from '../profiles/profiles'
import type { SettingsStore } from '../profiles/settings'
import type { AccessStore } from './access-store'
import { accessCalls } from './access-calls'
import type { ServerInput, ServerListener } from './outgrow/server'
import type { BrokerCertificates } from './certificates'

/** Listens on all addresses; clients on this machine then connect to the loopback address. */
const LOOPBACK = '127.0.0.1'

/** The local broker with its connection: one click starts the broker and connects to it. */
export class LocalBroker {
  private readonly listeners = new Set<(status: BrokerStatus) => void>()
  private readonly turns = new InTurn()
  /** The demo devices connect with it, whatever the access settings are. */
  private readonly ownLogin = { user: 'treetop-demo', password: randomBytes(24).toString('base64url') }

  constructor(
    private readonly broker: BrokerService,
    private readonly demo: DemoDevices,
    private readonly connections: Connections,
    private readonly profiles: ProfileStore,
    private readonly settings: SettingsStore,
    /** Paths of what the broker keeps, and of the socket or pipe of its own connection; the broker's id among those that bridges join. */
    private readonly files: { broker: string; events: string; pipe: string; id: string },
    private readonly certificates: BrokerCertificates,
    private readonly access: AccessStore
  ) {}

  calls(): CallsOf<'main', 'access' | 'broker' | 'demo'> {
    return {
      ...accessCalls(this.access, this.broker),
      'broker.status': () => this.status(),
      'broker.start': ({ port }) => this.start(port),
      'broker.stop': () => this.stop(),
      'broker.otherClients': () => this.otherClients(),
      'broker.restart': () => this.restart(),
      'broker.listenerFaults': ({ listeners }) => this.listenerFaults(listeners),
      'broker.hosts': () => networkHosts(),
      'broker.certificate': () => this.certificates.current(),
      'broker.makeCertificate': () => this.certified(this.certificates.make()),
      'broker.useCertificate': (own) => this.certified(this.certificates.use(own)),
      'demo.start': () => this.startDemo(),
      'demo.stop': () => this.stopDemo()
    }
  }

  onChange(listener: (status: BrokerStatus) => void): void {
    if (this.listeners.size === 0) {
      const tell = (): void => {
        for (const each of this.listeners) each(this.status())
      }
      this.broker.onChange(tell)
      this.demo.onChange(tell)
    }
    this.listeners.add(listener)
  }

  /** Calls the listener when the broker has ended unexpectedly. */
  onCrash(listener: (crash: BrokerCrash) => void): void {
    this.broker.onCrash(listener)
  }

  status(): BrokerStatus {
    const status = this.broker.status()
    return status.state === 'running' ? { ...status, demo: this.demo.running } : status
  }

  /**
   * Starts the broker on the configured address and port, or on `port`, which is then stored in the settings, and connects the local
   * profile. Settings that are still being stored count.
   * Throws what BrokerService.start throws, FILE_UNWRITABLE or FILE_UNREADABLE, and then the broker is stopped.
   */
  start(port?: number): Promise<BrokerStatus> {
    return this.turns.run(async () => {
      await this.settings.written()
      return this.startAt(port ?? this.settings.get().brokerPort)
    })
  }

  /** Starts the broker unless it runs, and connects to it unless that is done. Throws the errors of `broker.start`. */
  async startConnected(): Promise<void> {
    await this.start()
    const status = this.connections.list().find(({ id }) => id === LOCAL_PROFILE_ID)
    if (status?.state === 'online') return
    await this.connections.connect(this.profiles.get(LOCAL_PROFILE_ID), this.secretsOf(LOCAL_PROFILE_ID))
    await this.connections.peer(LOCAL_PROFILE_ID).call('attemptEnded', null)
  }

  /** Connects the profiles that want that when Treetop starts. */
  connectAtLaunch(): void {
    for (const profile of this.profiles.list()) {
      if (!profile.connectAtLaunch) continue
      const connect = (): Promise<unknown> => this.connections.connect(profile, this.secretsOf(profile.id))
      // The local connection starts its broker first. If the broker cannot start, it connects anyway, and its tab shows why that fails.
      const opening = profile.id === LOCAL_PROFILE_ID ? this.start().catch(connect) : connect()
      // A history that cannot be opened must not prevent the start; "Connect" in the tab shows the reason.
      opening.catch((error: unknown) => {
        if (isAppError(error, 'PROFILE_VARIABLES')) this.connections.showFailed(profile, error)
      })
    }
  }

  private async startAt(port: number): Promise<BrokerStatus> {
    if (this.status().state === 'running') return this.status()
    const { brokerHost: host, brokerListeners, brokerForgets, brokerLimits } = this.settings.get()
    const wasOpen = this.connections.isOpen(LOCAL_PROFILE_ID)
    try {
      const start: BrokerStart = {
        file: brokerForgets ? null : this.files.broker,
        events: this.files.events,
        limits: brokerLimits,
        access: () => this.access.get(),
        ownLogin: this.ownLogin,
        id: this.files.id,
        pipe: this.files.pipe,
        listeners: [{ kind: 'tcp', host, port }, ...(await this.ready(brokerListeners))],
        launch: (steps) => this.launch(port, steps)
      }
      await this.broker.start(start)
      await this.remember(port)
    } catch (error) {
      if (wasOpen) await this.disconnect()
      else await this.connections.close(LOCAL_PROFILE_ID)
      await this.broker.stop()
      throw error
    }
    return this.status()
  }

  /** Has the running broker use a certificate that was just made or chosen. */
  private async certified<T>(chosen: Promise<T>): Promise<T> {
    const certificate = await chosen
    if (this.status().state === 'running')
      await this.broker.setCertificate(await this.certificates.forListeners())
    return certificate
  }

  /** Listeners with what TLS and MQTT-SN need. */
  private async ready(listeners: BrokerListener[]): Promise<BrokerStart['listeners']> {
    const isSecure = listeners.some(({ kind }) => kind === 'tls' || kind === 'wss')
    const pair = isSecure ? await this.certificates.forListeners() : { cert: '', key: '' }
    const { brokerSn } = this.settings.get()
    return listeners.map(({ kind, ...place }) => {
      if (kind === 'tls' || kind === 'wss') return { kind, ...place, ...pair }
      return kind === 'sn' ? { kind, ...place, ...brokerSn } : { kind, ...place }
    })
  }

  /** The own connection is subscribed before any other client can publish, and is shown as online once others can. */
  private launch(port: number, { begin, listen, isRestart }: LaunchSteps): Promise<void> {
    return this.connections.whileHeld(LOCAL_PROFILE_ID, async () => {
      await begin()
      await this.connectSelf(port, isRestart)
      await listen()
    })
  }

  private async connectSelf(port: number, isRestart: boolean): Promise<void> {
    if (isRestart) await this.connections.reconnect(LOCAL_PROFILE_ID)
    else {
      const profile = { ...this.profiles.get(LOCAL_PROFILE_ID), ...addressAt(port) }
      const secrets = this.profiles.secretsOf(LOCAL_PROFILE_ID)
      await this.connections.connect(profile, { ...secrets, pipe: this.files.pipe })
    }
    // A connection whose worker ends must not keep the broker from starting.
    if (this.connections.isOpen(LOCAL_PROFILE_ID))
      await this.connections
        .peer(LOCAL_PROFILE_ID)
        .call('attemptEnded', null)
        .catch(() => undefined)
  }

  private async remember(port: number): Promise<void> {
    if (port !== this.settings.get().brokerPort) await this.settings.set({ brokerPort: port })
    const { id, secrets: _, ...draft } = this.profiles.get(LOCAL_PROFILE_ID)
    await this.profiles.save({ id, draft: { ...draft, ...addressAt(port) }, secrets: {} })
  }

  /** The secrets of a profile; with the way to the broker for the one that connects to it, while it runs. */
  secretsOf(id: string | null): ReturnType<ProfileStore['secretsOf']> & { pipe?: string } {
    if (id === null) return this.profiles.withoutProfile()
    const isOwn = id === LOCAL_PROFILE_ID && this.status().state === 'running'
    return { ...this.profiles.secretsOf(id), ...(isOwn && { pipe: this.files.pipe }) }
  }

  /** Stops the demo devices, the local connection (its tab stays) and the broker. */
  stop(): Promise<BrokerStatus> {
    return this.turns.run(() => this.end())
  }

  private async end(): Promise<BrokerStatus> {
    await this.demo.stop()
    await this.disconnect()
    await this.broker.stop()
    return this.status()
  }

  private async restart(): Promise<BrokerStatus> {
    const { running: demo } = this.demo
    const status = await this.turns.run(async () => {
      await this.settings.written()
      const { brokerHost: host, brokerPort: port, brokerListeners } = this.settings.get()
      const [fault] = await this.listenerFaults([{ kind: 'tcp', host, port }, ...brokerListeners])
      if (fault) throw new AppError(fault.code as ErrorCode, fault.details as never)
      await this.ready(brokerListeners)
      await this.end()
      return this.startAt(port)
    })
    return demo ? this.startDemo() : status
  }

  private async listenerFaults(listeners: readonly BrokerListener[]): Promise<ListenerFault[]> {
    const status = this.status()
    const open = status.state === 'running' ? status.listeners : []
    const faults: ListenerFault[] = []
    for (const listener of listeners)
      if (!open.some((each) => needSamePort(each, listener)))
        await checkPort(listener).catch((error: unknown) => {
          const { code, details } = encodeError(error)
          faults.push({ ...listener, code, details: { ...details } })
        })
    return faults
  }

  /** A connection whose worker is ending must not keep the broker running. */
  private async disconnect(): Promise<void> {
    if (this.connections.isOpen(LOCAL_PROFILE_ID))
      await this.connections.disconnect(LOCAL_PROFILE_ID).catch(() => undefined)
  }

  async close(): Promise<void> {
    await this.demo.stop()
    await this.broker.stop()
  }

  /** Number of clients besides Treetop's own connections and the demo devices. */
  async otherClients(): Promise<number> {
    if (this.status().state === 'stopped') return 0
    const own = new Set(this.connections.list().map(({ connack }) => connack?.clientId))
    const clients = await this.broker
      .peer()
      .call('broker.clients', undefined)
      .catch(() => [])
    return clients.filter(
      ({ id, isBridge, protocol }) =>
        !isBridge &&
        !own.has(id) &&
        !this.demo.isDevice(id) &&
        // The gateway's own, for messages without a connection.
        !(protocol === 'mqtt-sn' && id === SHARED_CLIENT_ID)
    ).length
  }

  /** What a server needs to take over. Throws FILE_UNREADABLE. */
  async forServer(): Promise<Omit<ServerInput, 'bridges'>> {
    const { brokerHost: host, brokerPort: port, brokerListeners, brokerLimits } = this.settings.get()
    const listeners: ServerListener[] = [{ kind: 'tcp', host, port }]
    const mqttSn: number[] = []
    for (const { kind, ...place } of brokerListeners)
      if (kind === 'sn') mqttSn.push(place.port)
      else listeners.push({ kind, ...place })
    const isSecure = listeners.some(({ kind }) => kind === 'tls' || kind === 'wss')
    const certificate = isSecure ? await this.certificates.forListeners() : null
    return { listeners, mqttSn, limits: brokerLimits, access: this.access.get(), certificate }
  }

  private async startDemo(): Promise<BrokerStatus> {
    const status = await this.start()
    if (status.state === 'running')
      await this.demo.start({ host: LOOPBACK, port: status.port, login: this.ownLogin })
    return this.status()
  }

  private async stopDemo(): Promise<BrokerStatus> {
    await this.demo.stop()
    return this.status()
  }
}

/** Where clients on this machine reach the broker. */
function addressAt(port: number): { protocol: 'mqtt'; host: string; port: number } {
  return { protocol: 'mqtt', host: LOOPBACK, port }
}
