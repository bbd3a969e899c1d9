import {
  ClipboardPaste,
  FolderOpen,
  Info,
  Keyboard,
  Languages,
  Moon,
  Pencil,
  Play,
  Plus,
  Power,
  PowerOff,
  Square,
  Stethoscope,
  Sun,
  X
} from '@lucide/svelte'
import type { Settings } from '../../shared/contract/app'
import { m } from '../paraglide/messages'
import type { Action } from '../state/actions.svelte'
import type { AppState } from './app.svelte'
import type { Page } from './page'
import { moveToRegion } from './regions'
import { failureTo } from '../state/sentences'

/** Commands that only the window component can carry out. */
export interface WindowActions {
  shortcuts: () => void
  details: () => void
}

/** The actions available on every page. */
export function appActions(app: AppState, pages: readonly Page[], open: WindowActions): Action[] {
  const { connections, recordings, broker, settings } = app
  const tell = (doing: Promise<unknown>): void => void doing.catch(failureTo(app.notify))
  const isOpen = (): boolean => connections.active !== null
  const isOnline = (): boolean => connections.active?.state === 'online'
  const hasDemo = (): boolean => broker.status.state === 'running' && broker.status.demo
  /** If it fails, opens the broker page, which shows the reason. */
  const startOrSay = (doing: Promise<boolean>): void =>
    void doing.then((done) => done || (app.page = 'broker'))

  /** Chooses a setting; hidden while it is chosen. */
  function choose<K extends 'theme' | 'language'>(
    id: string,
    name: Action['name'],
    icon: NonNullable<Action['icon']>,
    setting: K,
    value: Settings[K]
  ): Action {
    const change: Partial<Settings> = { [setting]: value }
    const when = (): boolean => settings.value[setting] !== value
    return { id, group: 'view', name, icon, when, run: () => tell(settings.set(change)) }
  }

  return [
    ...pages.map(({ id, name, icon, shortcut }): Action => ({
      id,
      group: 'go',
      name,
      icon,
      ...(shortcut !== undefined && { shortcut }),
      run: () => (app.page = id)
    })),
    ...[...connections.list, ...recordings.list].slice(0, 9).map(({ id }, index): Action => ({
      id: `tab-${index + 1}`,
      group: 'go',
      name: () => m.palette_tab({ number: index + 1 }),
      shortcut: `Alt+${index + 1}`,
      run: () => app.showTab(id, pages.find(({ id }) => id === app.page)?.scope !== 'app')
    })),
    {
      id: 'new-connection',
      group: 'connection',
      name: m.palette_new_connection,
      icon: Plus,
      run: () => app.create()
    },
    {
      id: 'connect',
      group: 'connection',
      name: m.palette_connect,
      icon: Power,
      when: () => isOpen() && !isOnline(),
      run: () => tell(connections.open(connections.active!.id))
    },
    {
      id: 'disconnect',
      group: 'connection',
      name: m.palette_disconnect,
      icon: PowerOff,
      when: isOnline,
      run: () => tell(connections.disconnect(connections.active!.id))
    },
    {
      id: 'details',
      group: 'connection',
      name: m.palette_details,
      icon: Info,
      when: isOpen,
      run: open.details
    },
    {
      id: 'edit-profile',
      group: 'connection',
      name: m.palette_edit_profile,
      icon: Pencil,
      when: isOpen,
      run: () => app.edit(connections.active!.id)
    },
    {
      id: 'test-broker',
      group: 'connection',
      name: m.probe_this,
      icon: Stethoscope,
      when: isOpen,
      run: () => app.testBroker(connections.active!.id)
    },
    {
      id: 'open-recording',
      group: 'connection',
      name: m.recording_open,
      icon: FolderOpen,
      shortcut: 'Mod+O',
      run: () => void app.openRecording()
    },
    {
      id: 'close-tab',
      group: 'connection',
      name: m.palette_close_tab,
      icon: X,
      when: () => app.front.id !== null,
      run: () => tell(app.closeTab(app.front.id!))
    },
    {
      id: 'start-broker',
      group: 'broker',
      name: m.broker_start,
      icon: Play,
      when: () => broker.status.state === 'stopped',
      run: () => startOrSay(broker.startBroker())
    },
    {
      id: 'stop-broker',
      group: 'broker',
      name: m.broker_stop,
      icon: Square,
      when: () => broker.status.state === 'running',
      run: () => startOrSay(broker.askToStop())
    },
    {
      id: 'broker-settings',
      group: 'broker',
      name: m.broker_settings,
      run: () => app.showBrokerSettings()
    },
    {
      id: 'paste-subtree',
      group: 'broker',
      name: m.subtree_paste,
      icon: ClipboardPaste,
      when: () => app.subtree.status.copy !== null && !app.subtree.busy,
      run: () => app.subtree.ask(null)
    },
    {
      id: 'start-demo',
      group: 'broker',
      name: m.demo_start,
      when: () => !hasDemo(),
      run: () => startOrSay(broker.startDemo())
    },
    {
      id: 'stop-demo',
      group: 'broker',
      name: m.demo_stop,
      when: hasDemo,
      run: () => startOrSay(broker.stopDemo())
    },
    choose('theme-dark', m.palette_theme_dark, Moon, 'theme', 'dark'),
    choose('theme-light', m.palette_theme_light, Sun, 'theme', 'light'),
    choose('language-english', m.palette_language_en, Languages, 'language', 'en'),
    choose('language-chinese', m.palette_language_zh, Languages, 'language', 'zh-CN'),
    {
      id: 'next-region',
      group: 'view',
      name: m.palette_next_region,
      shortcut: 'F6',
      run: () => moveToRegion(1)
    },
    {
      id: 'previous-region',
      group: 'view',
      name: m.palette_previous_region,
      shortcut: 'Shift+F6',
      run: () => moveToRegion(-1)
    },
    {
      id: 'shortcuts',
      group: 'view',
      name: m.palette_shortcuts,
      icon: Keyboard,
      shortcut: 'F1',
      run: open.shortcuts
    },
    {
      id: 'check-for-updates',
      group: 'view',
      name: m.updates_check_action,
      when: () => app.updates.status.means !== 'none',
      run: () => {
        app.page = 'settings'
        tell(app.updates.check())
      }
    },
    {
      id: 'show-logs',
      group: 'view',
      name: m.settings_logs_show,
      run: () => {
        if (settings.info?.host === 'desktop') tell(app.api.call('app.showLogs'))
        else app.page = 'settings'
      }
    }
  ]
}
