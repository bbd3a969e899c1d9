import type { Component } from 'svelte'
import type { ConnectionStatus } from '../../shared/contract/connections'
import type { Shortcut } from '../state/shortcut'
import type { AppState } from './app.svelte'
import type { PageId } from './page-id'
import type { Tab } from './tab'

/** What a page needs: only the app, any tab, or a connection (which has a broker). */
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
  /** Opens the page. */
  shortcut?: Shortcut
}

/** A page: listed by the rail and the palette, and shown by the app. */
export interface Page extends PageHead<keyof Scopes> {
  component: Component<Record<string, unknown>>
  /** The component's props; `tab` fits the scope (see `fits`). */
  props: (app: AppState, tab: Tab | null) => Record<string, unknown>
}

/** Defines a page. The compiler checks that the props match the component. */
export function definePage<S extends keyof Scopes, P extends object>(
  page: PageHead<S> & { component: Component<P>; props: (app: AppState, tab: Scopes[S]) => P }
): Page {
  return page as unknown as Page
}

/** Whether a page can be shown with the tab in front. */
export function fits({ scope }: Pick<Page, 'scope'>, tab: Tab | null): boolean {
  return scope === 'app' || (tab !== null && (scope === 'tab' || tab.status !== null))
}
