import {
  ArrowLeftRight,
  BellRing,
  Cpu,
  Gauge,
  GraduationCap,
  LayoutDashboard,
  Library,
  ListChecks,
  ListTree,
  Plug,
  Radio,
  Settings,
  Stethoscope,
  StickyNote
} from '@lucide/svelte'
import { LOCAL_PROFILE_ID } from '../../shared/contract/profiles'
import BrokerPage from '../features/broker/BrokerPage.svelte'
import BoardPage from '../features/charts/BoardPage.svelte'
import { checkBroker } from '../features/checks/asked-check'
import ChecksPage from '../features/checks/ChecksPage.svelte'
import CollectionsPage from '../features/collections/CollectionsPage.svelte'
import { environmentNames } from '../features/collections/environment-names'
import ConnectionsPage from '../features/connections/ConnectionsPage.svelte'
import DevicesPage from '../features/devices/DevicesPage.svelte'
import LearnPage from '../features/learn/LearnPage.svelte'
import ClientTrace from '../features/packets/ClientTrace.svelte'
import PacketDetail from '../features/packets/PacketDetail.svelte'
import PacketsPage from '../features/packets/PacketsPage.svelte'
import ProbePage from '../features/probe/ProbePage.svelte'
import ExchangeView from '../features/requests/ExchangeView.svelte'
import RetainedPage from '../features/retained/RetainedPage.svelte'
import SettingsPage from '../features/settings/SettingsPage.svelte'
import TrafficPage from '../features/traffic/TrafficPage.svelte'
import WatchPage from '../features/watch/WatchPage.svelte'
import { m } from '../paraglide/messages'
import { connectionName } from '../state/connection-sentences'
import { untilClosed } from '../state/preferences.svelte'
import { definePage, type Page } from './page'
import TopicsPage from './TopicsPage.svelte'

/** The pages in the order of the rail; the last one is at its foot. */
export const pages: readonly Page[] = [
  definePage({
    id: 'topics',
    name: m.app_topics,
    icon: ListTree,
    scope: 'tab',
    component: TopicsPage,
    props: (app, { status, recording }) => ({ app, status, recording })
  }),
  definePage({
    id: 'board',
    name: m.charts_board,
    icon: LayoutDashboard,
    scope: 'tab',
    component: BoardPage,
    props: (_app, { history }) => ({ history })
  }),
  definePage({
    id: 'traffic',
    name: m.traffic_title,
    icon: Gauge,
    scope: 'tab',
    component: TrafficPage,
    props: (_app, { history }) => ({ history })
  }),
  definePage({
    id: 'retained',
    name: m.retained_title,
    icon: StickyNote,
    scope: 'connection',
    component: RetainedPage,
    props: (app, { id, status }) => ({
      retained: app.retained(id),
      status
    })
  }),
  definePage({
    id: 'devices',
    name: m.devices_title,
    icon: Cpu,
    scope: 'connection',
    component: DevicesPage,
    props: (_app, { status }) => ({ status })
  }),
  definePage({
    id: 'packets',
    name: m.packets_title,
    icon: ArrowLeftRight,
    scope: 'connection',
    component: PacketsPage,
    props: (_app, { id, status }) => ({
      connectionId: id,
      name: connectionName(status)
    })
  }),
  definePage({
    id: 'collections',
    name: m.collections_title,
    icon: Library,
    scope: 'app',
    component: CollectionsPage,
    props: (app) => ({
      collections: app.collections,
      schemas: app.schemas,
      status: app.connections.active,
      asks: app.settings.info?.host === 'desktop',
      profiles: app.profiles.list.map(({ id, name }) => ({ id, name: connectionName({ id, name }) })),
      exchangeView: ExchangeView,
      onexpect(collection: string, path: string, topic: string) {
        const id = app.connections.active?.id ?? LOCAL_PROFILE_ID
        const broker = checkBroker(id, app.profiles.find(id))
        app.checks.ask({ source: { kind: 'request', path }, topic, collection, broker, publishes: true })
      },
      onanswer: (id: string, topic: string, messageId: number) => app.goTo(id, topic, messageId)
    })
  }),
  definePage({
    id: 'checks',
    name: m.checks_title,
    icon: ListChecks,
    scope: 'app',
    component: ChecksPage,
    props: (app) => ({
      checks: app.checks,
      environments: environmentNames(app.collections.list),
      environment: app.collections.list.environment,
      onenvironment: (name: string | null) => void app.collections.setEnvironment(name),
      onopen: () => {
        app.collections.asksFolder = true
        app.page = 'collections'
      }
    })
  }),
  definePage({
    id: 'watch',
    name: m.watch_title,
    icon: BellRing,
    scope: 'connection',
    component: WatchPage,
    props: (app, { id, status }) => ({
      watch: app.watching.of(id),
      status,
      isBrowser: app.settings.info?.host === 'browser'
    })
  }),
  definePage({
    id: 'broker',
    name: m.app_broker,
    icon: Radio,
    scope: 'app',
    component: BrokerPage,
    props: ({ broker, connections, profiles, settings }) => ({
      broker,
      connections,
      profiles,
      settings,
      clientTrace: ClientTrace
    })
  }),
  definePage({
    id: 'probe',
    name: m.probe_title,
    icon: Stethoscope,
    scope: 'app',
    component: ProbePage,
    props: (app) => ({
      probe: app.probe,
      profiles: app.profiles,
      broker: app.broker,
      onedit: (id: string) => app.edit(id)
    })
  }),
  definePage({
    id: 'learn',
    name: m.learn_title,
    icon: GraduationCap,
    scope: 'app',
    component: LearnPage,
    props: (app) => ({
      broker: app.broker,
      settings: app.settings,
      packetDetail: PacketDetail,
      onaccess: () => {
        untilClosed.set('broker.tab', 'access')
        app.page = 'broker'
      }
    })
  }),
  definePage({
    id: 'connections',
    name: m.app_connections,
    icon: Plug,
    scope: 'app',
    component: ConnectionsPage,
    props: (app) => ({
      profiles: app.profiles,
      editor: app.editor,
      connections: app.connections,
      jobs: app.jobs,
      info: app.settings.info,
      onshow: (id: string) => app.showTab(id),
      ontest: (id: string) => app.testBroker(id),
      onopen: () => void app.openRecording()
    })
  }),
  definePage({
    id: 'settings',
    name: m.app_settings,
    icon: Settings,
    scope: 'app',
    shortcut: 'Mod+,',
    component: SettingsPage,
    props: (app) => ({
      settings: app.settings,
      broker: app.broker,
      schemas: app.schemas,
      profiles: app.profiles,
      updates: app.updates,
      onbroker: () => app.showBrokerSettings(),
      onlogs: () => void app.api.call('app.showLogs')
    })
  })
]
