import { bridgeChannel, type Bridge } from '../shared/rpc/bridge'
import { keepLinked, type Link } from '../shared/rpc/link'
import { openSocket } from '../shared/rpc/socket'

declare global {
  interface Window {
    /** Present only on the desktop. */
    treetop?: Bridge
  }
}

/** Connects the page to Treetop's process: over the preload's bridge on the desktop, over a WebSocket in a browser. */
export function connect(): Link {
  const bridge = window.treetop
  if (bridge) return keepLinked(() => Promise.resolve(bridgeChannel(bridge)))
  return keepLinked(() => openSocket(new WebSocket(`${location.origin.replace(/^http/, 'ws')}/rpc`)))
}
