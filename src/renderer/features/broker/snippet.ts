import type { ListenerKind } from '../../../shared/contract/broker'

/** The listener that the code connects to. */
export interface SnippetTarget {
  kind: ListenerKind
  host: string
  port: number
  /** The CA certificate for the kinds with TLS: its path, and its PEM text for programs that cannot read the file. */
  caFile: string
  caPem: string
}

/** Working code for one client library, for publishing and for subscribing. */
export interface Snippet {
  id: string
  /** The name of the platform, or the library's own. */
  title: string
  library: string
  /** How to install it. */
  install: string
  language: 'python' | 'javascript' | 'shell' | 'c' | 'cpp'
  /** The person must fill in the name and password of the Wi-Fi. */
  needsWifi: boolean
  /** null: the library cannot connect to a listener of this kind. */
  code: { publish: string; subscribe: string } | null
}
