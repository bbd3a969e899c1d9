import type { Locator, Page } from '@playwright/test'

/** The page of Sparkplug B edge nodes and Home Assistant devices. */
export class DevicesPage {
  readonly tree: Locator
  readonly metrics: Locator

  constructor(readonly page: Page) {
    this.tree = page.getByRole('tree', { name: 'Edge nodes' })
    this.metrics = page.getByRole('grid', { name: 'Metrics' })
  }

  /** A line of the list, by how it begins and ends: its name and its state. */
  line(name: string, state: 'online' | 'stale' | 'offline'): Locator {
    return this.tree.getByRole('treeitem', { name: new RegExp(`^${name} (.* )?${state}$`) })
  }

  metric(name: string): Locator {
    return this.metrics.getByRole('row').filter({ has: this.page.getByRole('button', { name, exact: true }) })
  }

  tab(name: string): Locator {
    return this.page.getByRole('tablist', { name: 'Device types' }).getByRole('tab', { name })
  }

  /** A Home Assistant device, by its name and, after its model, the rest of its line: availability and faults. */
  homeDevice(name: string, more = ''): Locator {
    return this.page
      .getByRole('listbox', { name: 'Home Assistant devices' })
      .getByRole('option', { name: new RegExp(`^${name}( .+)?${more && ` ${more}`} \\d+$`) })
  }

  entity(name: string): Locator {
    return this.page
      .getByRole('grid', { name: 'Entities' })
      .getByRole('row')
      .filter({ has: this.page.getByRole('button', { name, exact: true }) })
  }

  /** Goes to the message that carried a metric's value. */
  async showMessage(metric: string): Promise<void> {
    await this.metric(metric).getByRole('button', { name: metric, exact: true }).click()
  }

  fact(name: string): Locator {
    return this.page.locator('dl[aria-label="State"] > div').filter({ hasText: new RegExp(`^${name}`) })
  }

  async requestRebirth(): Promise<void> {
    await this.page.getByRole('button', { name: 'Request rebirth' }).click()
    await this.page.getByRole('dialog').getByRole('button', { name: 'Request rebirth' }).click()
  }
}
