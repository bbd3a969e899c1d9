import {
  ArrowLeftRight,
  Cpu,
  Gauge,
  LayoutDashboard,
  ListTree,
  Pin,
  Plug,
  Radio,
  Settings
} from '@lucide/svelte'
import BrokerPage from '../features/broker/BrokerPage.svelte'
import BoardPage from '../features/charts/BoardPage.svelte'
import ConnectionsPage from '../features/connections/ConnectionsPage.svelte'
import DevicesPage from '../features/devices/DevicesPage.svelte'
import PacketsPage from '../features/packets/PacketsPage.svelte'
import RetainedPage from '../features/retained/RetainedPage.svelte'
import SettingsPage from '../features/settings/SettingsPage.svelte'
import TrafficPage from '../features/traffic/TrafficPage.svelte'
import { m } from '../paraglide/messages'
import { connectionName } from '../state/connection-sentences'
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
    props: (app, { id, history }) => ({
      api: app.api,
      history,
      onshow: (topic: string) => app.goTo(id, topic),
      notify: app.notify
    })
  }),
  definePage({
    id: 'retained',
    name: m.retained_title,
    icon: Pin,
    scope: 'connection',
    component: RetainedPage,
    props: (app, { id, status }) => ({
      retained: app.retained(id),
      status,
      onshow: (topic: string) => app.goTo(id, topic),
      notify: app.notify
    })
  }),
  definePage({
    id: 'devices',
    name: m.devices_title,
    icon: Cpu,
    scope: 'connection',
    component: DevicesPage,
    props: (app, { id, status }) => ({
      api: app.api,
      status,
      onshow: (topic: string, messageId: number) => app.goTo(id, topic, messageId),
      notify: app.notify
    })
  }),
  definePage({
    id: 'packets',
    name: m.packets_title,
    icon: ArrowLeftRight,
    scope: 'connection',
    component: PacketsPage,
    props: (app, { id, status }) => ({
      api: app.api,
      connectionId: id,
      name: connectionName(status),
      notify: app.notify
    })
  }),
  definePage({
    id: 'broker',
    name: m.app_broker,
    icon: Radio,
    scope: 'app',
    component: BrokerPage,
    props: ({ broker, connections, notify }) => ({ broker, connections, notify })
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
      info: app.settings.info,
      notify: app.notify,
      onshow: (id: string) => app.showTab(id),
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
      onlogs: () => void app.api.call('app.showLogs'),
      notify: app.notify
    })
  })
]
