import { expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { ConnectionStatus, SubscriptionState, Unsuback } from '../../../shared/contract/connections'
import type { Profile, Subscription } from '../../../shared/contract/profiles'
import type { SubscriptionLook } from '../../../shared/contract/subscription-look'
import { AppError } from '../../../shared/errors'
import SubscriptionTable from './SubscriptionTable.svelte'

async function table(
  version: 4 | 5,
  subscriptionIdentifiers = true,
  removed = false,
  added: SubscriptionState[] = []
) {
  const granted = { code: 0, reasonString: null, requested: 0 as const }
  const subscriptions: SubscriptionState[] = [
    { filter: '#', ...granted },
    { filter: 'plant/#', ...granted, noLocal: true, identifier: 7 },
    ...added
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
  const setLook = vi.fn((_id: string, _filter: string, _look: SubscriptionLook) => Promise.resolve())
  const onkept = vi.fn()
  const stored = [
    { filter: '#', qos: 0, retainHandling: 0, colour: 'red', alias: 'Everything' },
    { filter: 'plant/#', qos: 0 },
    { filter: '{{site}}/#', qos: 1, alias: 'Site' }
  ]
  const screen = await render(SubscriptionTable, {
    status,
    connections: { subscribe, unsubscribe, setLook },
    profiles: {
      find: () => (removed ? null : ({ subscriptions: stored } as unknown as Profile)),
      keepSubscription
    },
    onkept
  })
  return { screen, subscribe, unsubscribe, setLook, keepSubscription, onkept }
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

it('subscribes with a colour and an alias, in every version of MQTT, and keeps both', async () => {
  const own = { filter: 'own/#', code: 0, reasonString: null, requested: 1 as const }
  const added: SubscriptionState[] = [{ ...own, colour: 'blue', alias: 'Mine' }]
  const { screen, subscribe, keepSubscription } = await table(4, true, false, added)
  await expect.element(screen.getByRole('row', { name: /own\/#.*blue.*Mine/i })).toBeVisible()
  await screen.getByRole('button', { name: 'Keep own/# in the profile' }).click()
  expect(keepSubscription).toHaveBeenLastCalledWith('a', {
    ...{ filter: 'own/#', qos: 1, colour: 'blue', alias: 'Mine' }
  })
  await userEvent.fill(screen.getByRole('textbox', { name: 'Add a subscription' }), 'b/#')
  await screen.getByRole('button', { name: 'Subscription options' }).click()
  const options = screen.getByRole('group', { name: 'Subscription options' })
  await userEvent.fill(options.getByRole('textbox', { name: 'Alias' }), ' Boiler ')
  await options.getByRole('radio', { name: 'Violet' }).click()
  await screen.getByRole('button', { name: 'Subscribe', exact: true }).click()
  expect(subscribe).toHaveBeenLastCalledWith('a', {
    filter: 'b/#',
    qos: 0,
    alias: 'Boiler',
    colour: 'violet'
  })
})

it('knows a subscription of variables by their text in the profile, and keeps that', async () => {
  const made = { filter: 'one/#', template: '{{site}}/#', code: 1, reasonString: null }
  const typed = { filter: '{{two}}/#', code: 0, reasonString: null, requested: 0 as const }
  const { screen, setLook, keepSubscription } = await table(4, true, false, [
    { ...made, requested: 1, alias: 'Older' },
    typed
  ])
  await expect.element(screen.getByRole('row', { name: /^one\/# Site/ })).toBeVisible()
  const keep = screen.getByRole('button', { name: 'Keep one/# in the profile' })
  await expect.element(keep).not.toBeInTheDocument()
  await screen.getByRole('button', { name: 'Color and alias of one/#' }).click()
  const editor = screen.getByRole('form', { name: 'Color and alias of one/#' })
  await userEvent.fill(editor.getByRole('textbox', { name: 'Alias' }), 'First')
  await editor.getByRole('button', { name: 'Save' }).click()
  await expect.element(editor).not.toBeInTheDocument()
  expect(setLook).toHaveBeenCalledExactlyOnceWith('a', 'one/#', { alias: 'First' })
  expect(keepSubscription).toHaveBeenLastCalledWith('a', { filter: '{{site}}/#', qos: 1, alias: 'First' })
  // What was typed has no variables.
  await screen.getByRole('button', { name: 'Keep {{two}}/# in the profile' }).click()
  expect(keepSubscription).toHaveBeenLastCalledWith('a', { filter: '\\{{two}}/#', qos: 0 })
  await screen.unmount()

  const other = await table(4, true, false, [{ ...made, requested: 2 }])
  await other.screen.getByRole('button', { name: 'Keep one/# in the profile' }).click()
  expect(other.keepSubscription).toHaveBeenCalledExactlyOnceWith('a', {
    ...{ filter: '{{site}}/#', qos: 2, alias: 'Site' }
  })
})

it('changes colour and alias of a subscription, also in the profile if that has its filter', async () => {
  const { screen, setLook, keepSubscription } = await table(5)
  await expect.element(screen.getByRole('row', { name: /#.*red.*Everything/i })).toBeVisible()
  await screen.getByRole('button', { name: 'Color and alias of #' }).click()
  const editor = screen.getByRole('form', { name: 'Color and alias of #' })
  const alias = editor.getByRole('textbox', { name: 'Alias' })
  await expect.element(alias).toHaveValue('Everything')
  await expect.element(alias).toHaveFocus()
  await userEvent.fill(alias, 'x'.repeat(61))
  await editor.getByRole('button', { name: 'Save' }).click()
  await expect.element(alias).toHaveAccessibleDescription('This is too long.')
  expect(setLook).not.toHaveBeenCalled()
  await userEvent.fill(alias, 'All')
  await editor.getByRole('radio', { name: 'None' }).click()
  await editor.getByRole('button', { name: 'Save' }).click()
  await expect.element(editor).not.toBeInTheDocument()
  expect(setLook).toHaveBeenCalledExactlyOnceWith('a', '#', { alias: 'All' })
  expect(keepSubscription).toHaveBeenCalledExactlyOnceWith('a', {
    ...{ filter: '#', qos: 0, retainHandling: 0, alias: 'All' }
  })
  await expect.element(screen.getByRole('button', { name: 'Color and alias of #' })).toHaveFocus()
})

it('offers no options before MQTT 5, and no identifier that the broker does not support', async () => {
  const older = await table(4)
  await older.screen.getByRole('button', { name: 'Subscription options' }).click()
  await expect.element(older.screen.getByRole('textbox', { name: 'Alias' })).toBeVisible()
  await expect.element(older.screen.getByRole('checkbox', { name: /^No Local/ })).not.toBeInTheDocument()
  await older.screen.unmount()
  const { screen } = await table(5, false)
  await screen.getByRole('button', { name: 'Subscription options' }).click()
  const identifier = screen.getByRole('textbox', { name: 'Subscription identifier' })
  await expect.element(identifier).toBeDisabled()
  await expect.element(identifier).toHaveAccessibleDescription(/does not support subscription identifiers/)
})
