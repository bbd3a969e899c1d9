import { expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { ConnectionStatus, SubscriptionState, Unsuback } from '../../../shared/contract/connections'
import type { Profile, Subscription } from '../../../shared/contract/profiles'
import { AppError } from '../../../shared/errors'
import SubscriptionTable from './SubscriptionTable.svelte'

async function table(version: 4 | 5, subscriptionIdentifiers = true, removed = false) {
  const granted = { code: 0, reasonString: null, requested: 0 as const }
  const subscriptions: SubscriptionState[] = [
    { filter: '#', ...granted },
    { filter: 'plant/#', ...granted, noLocal: true, identifier: 7 }
  ]
  const connack = { subscriptionIdentifiers }
  const status = { id: 'a', state: 'online', version, subscriptions, connack } as unknown as ConnectionStatus
  const subscribe = vi.fn((_id: string, _subscription: Subscription) =>
    Promise.resolve({} as SubscriptionState)
  )
  const unsubscribe = vi.fn((): Promise<Unsuback> =>
    Promise.resolve({ code: 0x11, reasonString: 'gone before' })
  )
  const keepSubscription = vi.fn((_id: string, _subscription: Subscription) => Promise.resolve())
  const onkept = vi.fn()
  const stored = [
    { filter: '#', qos: 0, retainHandling: 0 },
    { filter: 'plant/#', qos: 0 }
  ]
  const screen = await render(SubscriptionTable, {
    status,
    connections: { subscribe, unsubscribe },
    profiles: {
      find: () => (removed ? null : ({ subscriptions: stored } as unknown as Profile)),
      keepSubscription
    },
    onkept
  })
  return { screen, subscribe, unsubscribe, keepSubscription, onkept }
}

it('keeps a subscription in the profile that is not in it, with its options', async () => {
  const { screen, keepSubscription, onkept } = await table(5)
  await expect.element(screen.getByText('No Local · ID 7')).toBeVisible()
  const keep = screen.getByRole('button', { name: /^Keep/ })
  await expect.element(keep).toHaveAccessibleName('Keep plant/# in the profile')
  await keep.click()
  expect(keepSubscription).toHaveBeenCalledExactlyOnceWith('a', {
    ...{ filter: 'plant/#', qos: 0, noLocal: true, identifier: 7 }
  })
  expect(onkept).toHaveBeenCalledWith('plant/#')
  await screen.unmount()
  const without = await table(5, true, true)
  await expect.element(without.screen.getByRole('button', { name: /^Keep/ })).not.toBeInTheDocument()
})

it('subscribes with options, and shows the fault of each field beside it', async () => {
  const { screen, subscribe } = await table(5)
  const filter = screen.getByRole('textbox', { name: 'Add a subscription' })
  const subscribeNow = screen.getByRole('button', { name: 'Subscribe', exact: true })
  const options = screen.getByRole('group', { name: 'Subscription options' })
  const identifier = options.getByRole('textbox', { name: 'Subscription identifier' })
  await userEvent.fill(filter, '$share/g/a')
  await screen.getByRole('button', { name: 'Subscription options' }).click()
  await options.getByRole('checkbox', { name: /^No Local/ }).click()
  await userEvent.fill(identifier, '0')
  await subscribeNow.click()
  await expect.element(filter).toHaveAccessibleDescription(/cannot have No Local/)
  await expect.element(identifier).toHaveAccessibleDescription('Enter a whole number from 1 to 268,435,455.')
  expect(subscribe).not.toHaveBeenCalled()
  await userEvent.fill(filter, 'a/#')
  await userEvent.fill(identifier, '9')
  await subscribeNow.click()
  expect(subscribe).toHaveBeenCalledExactlyOnceWith('a', {
    filter: 'a/#',
    qos: 0,
    noLocal: true,
    identifier: 9
  })
  await expect.element(filter).toHaveValue('')
  await expect.element(options).not.toBeInTheDocument()
})

it('says what the UNSUBACK answered, or that the broker refused', async () => {
  const { screen, unsubscribe } = await table(5)
  const remove = screen.getByRole('button', { name: 'Unsubscribe from plant/#' })
  await remove.click()
  const said = screen.getByRole('status')
  await expect
    .element(said)
    .toHaveTextContent('Unsubscribed from plant/# · UNSUBACK: No subscription existed (0x11) · gone before')
  unsubscribe.mockRejectedValueOnce(
    new AppError('UNSUBSCRIBE_REFUSED', { filter: 'plant/#', reasonCode: 0x87, reasonString: null })
  )
  await remove.click()
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent('The broker did not end the subscription to plant/#: Not authorized (0x87).')
  await expect.poll(() => said.element().textContent).toBe('')
  unsubscribe.mockResolvedValueOnce({ code: null, reasonString: null })
  await remove.click()
  await expect.element(said).toHaveTextContent('Unsubscribed from plant/#')
})

it('offers no options before MQTT 5, and no identifier that the broker does not support', async () => {
  const older = await table(4)
  await expect
    .element(older.screen.getByRole('button', { name: 'Subscription options' }))
    .not.toBeInTheDocument()
  await older.screen.unmount()
  const { screen } = await table(5, false)
  await screen.getByRole('button', { name: 'Subscription options' }).click()
  const identifier = screen.getByRole('textbox', { name: 'Subscription identifier' })
  await expect.element(identifier).toBeDisabled()
  await expect.element(identifier).toHaveAccessibleDescription(/does not support subscription identifiers/)
})
