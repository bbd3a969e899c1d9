import type { Component } from 'svelte'
import type { ConnectionStatus } from '../../shared/contract/connections'
import type { HistoryRef } from '../../shared/contract/histories'
import type { Recording } from '../../shared/contract/recordings'
import type { Shortcut } from '../state/shortcut'
import type { AppState, PageId } from './app.svelte'

/** What is in front: a connection or a recording. */
export interface Tab {
  id: string
  history: HistoryRef
  /** null: it is a recording. */
  status: ConnectionStatus | null
  /** null: it is a connection. */
  recording: Recording | null
}

/** What a page is shown of: the app, whatever is in front, or only a connection, which has a broker. */
interface Scopes {
  app: unknown
  tab: Tab
  connection: Tab & { status: ConnectionStatus }
}

interface PageHead<S extends keyof Scopes> {
  id: PageId
  name: () => string
  icon: Component<{ size?: number; strokeWidth?: number }>
  scope: S
  /** Goes to the page. */
  shortcut?: Shortcut
}

/** A page: the rail and the palette list it, and the app shows it. */
export interface Page extends PageHead<keyof Scopes> {
  component: Component<Record<string, unknown>>
  /** The component's props; `tab` fits the scope (see `fits`). */
  props: (app: AppState, tab: Tab | null) => Record<string, unknown>
}

/** Defines a page. The compiler sees to it that the props are those of the component. */
export function definePage<S extends keyof Scopes, P extends object>(
  page: PageHead<S> & { component: Component<P>; props: (app: AppState, tab: Scopes[S]) => P }
): Page {
  return page as unknown as Page
}

/** Whether a page can be shown with what is in front. */
export function fits({ scope }: Pick<Page, 'scope'>, tab: Tab | null): boolean {
  return scope === 'app' || (tab !== null && (scope === 'tab' || tab.status !== null))
}
