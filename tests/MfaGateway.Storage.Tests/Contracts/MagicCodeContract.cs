using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class MagicCodeContract(StoreEngine engine) : StoreContract(engine)
{
    private const int Thieves = 100;
    private const int Number = 42;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_request_is_read_as_it_was_added_until_its_last_code_ends()
    {
        var ada = await AddAccountAsync();
        var request = NewRequest(ada) with { Registers = true, ReturnUrl = "/wiki?a=1&b=ä", UserAgent = "Mozilla/5.0 (Ünïcode)" };
        var code = NewCode(request);
        Assert.True(await Store.MagicCodes.AddAsync(request, code, trace: null, Token));

        Assert.Equivalent(request, await FindAsync(request), strict: true);
        Assert.NotNull(await FindAsync(request, request.ExpiresAt.AddMilliseconds(-1)));
        Assert.Null(await FindAsync(request, request.ExpiresAt));
        Assert.Null(await Store.MagicCodes.FindAsync(SecretToken.New().Hash, Now, Token));
        Assert.Equivalent(code, Assert.Single(await Store.MagicCodes.ListCodesAsync(request.Id, Token)), strict: true);
        Assert.Equivalent(new LinkedCode(request, code), await Store.MagicCodes.FindByLinkAsync(code.LinkHash, Token), strict: true);
        Assert.Null(await Store.MagicCodes.FindByLinkAsync(SecretToken.New().Hash, Token));
    }

    [Fact]
    public async Task A_code_more_leaves_the_ones_before_good_and_moves_the_end()
    {
        var ada = await AddAccountAsync();
        var (request, first) = await AddAsync(NewRequest(ada));
        var at = Now.AddMinutes(4);
        var next = request with { CodesSent = 2, LastSentAt = at, ExpiresAt = at + Life };
        var second = NewCode(next, at);

        Assert.True(await Store.MagicCodes.TryAddCodeAsync(next, second, trace: null, Token));

        Assert.Equivalent(next, await FindAsync(request, request.ExpiresAt), strict: true);
        Assert.Equal([first.Id, second.Id], (await Store.MagicCodes.ListCodesAsync(request.Id, Token)).Select(code => code.Id));
        Assert.False(await UseAsync(first, first.ExpiresAt)); // each keeps its own end
        Assert.True(await UseAsync(first, first.ExpiresAt.AddMilliseconds(-1)));
    }

    [Fact]
    public async Task Of_many_who_ask_for_one_code_more_at_once_one_gets_it_with_one_mail()
    {
        var ada = await AddAccountAsync();
        var (request, _) = await AddAsync(NewRequest(ada));
        var next = request with { CodesSent = 2 };
        await using var otherNode = Place.Connect();

        var added = await RaceAsync(number => (number % 2 == 0 ? Store : otherNode).MagicCodes.TryAddCodeAsync(
            next, NewCode(next), NewTrace(ada.Id, "sent", MailOf(ada, $"mail {number}")), Token));

        Assert.Single(added, true);
        Assert.Equal(2, (await Store.MagicCodes.ListCodesAsync(request.Id, Token)).Count);
        Assert.Equal(1, (await Store.Mail.CountUndeliveredAsync(Token)).Waiting);
        Assert.Single(await Store.Audit.ListAsync(null, 10, Token));
    }

    [Fact]
    public async Task Whichever_code_is_used_first_is_the_last_one_of_its_request()
    {
        var ada = await AddAccountAsync();
        var (request, first) = await AddAsync(NewRequest(ada));
        var next = request with { CodesSent = 2 };
        var second = NewCode(next, step: 8);
        Assert.True(await Store.MagicCodes.TryAddCodeAsync(next, second, trace: null, Token));

        Assert.True(await UseAsync(first));

        foreach (var use in Enum.GetValues<MagicCodeUse>())
        {
            Assert.False(await UseAsync(first, use: use));
            Assert.False(await UseAsync(second, use: use));
        }

        Assert.Equal(CodeApproval.Over, await Store.MagicCodes.ApproveAsync(request.Id, second.Id, Number, entryOf: null, Now, Token));
        Assert.False(await Store.MagicCodes.TryAddCodeAsync(next with { CodesSent = 3 }, NewCode(next), trace: null, Token));
        Assert.Equal(CodeRequestState.Used, (await FindAsync(request))!.State);
    }

    [Theory]
    [InlineData(MagicCodeUse.Typed)]
    [InlineData(MagicCodeUse.Link)]
    public async Task Of_a_hundred_uses_at_once_at_two_nodes_one_passes(MagicCodeUse use)
    {
        var ada = await AddAccountAsync();
        var (_, code) = await AddAsync(NewRequest(ada));
        await using var otherNode = Place.Connect();

        var passed = await RaceAsync(
            number => (number % 2 == 0 ? Store : otherNode).MagicCodes.TryConsumeMagicCodeAsync(code.RequestId, code.Id, use, registers: null, Now, Token), Thieves);

        Assert.Single(passed, true);
    }

    [Fact]
    public async Task Of_a_hundred_uses_of_codes_and_links_of_one_request_at_once_one_passes()
    {
        var ada = await AddAccountAsync();
        var (request, first) = await AddAsync(NewRequest(ada));
        var next = request with { CodesSent = 2 };
        var second = NewCode(next, step: 8);
        Assert.True(await Store.MagicCodes.TryAddCodeAsync(next, second, trace: null, Token));

        var passed = await RaceAsync(
            number => UseAsync(number % 2 == 0 ? first : second, use: number % 3 == 0 ? MagicCodeUse.Link : MagicCodeUse.Typed), Thieves);

        Assert.Single(passed, true);
    }

    [Fact]
    public async Task A_value_that_two_requests_of_an_account_share_is_typed_once_whoever_is_first_of_many()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var own = new List<IssuedCode>();
        for (var request = 0; request < 10; request++)
            own.Add((await AddAsync(NewRequest(ada))).Code);
        var (_, bobs) = await AddAsync(NewRequest(bob));
        await using var otherNode = Place.Connect();

        var passed = await RaceAsync(number => UseAsync(own[number % own.Count], store: number % 2 == 0 ? Store.MagicCodes : otherNode.MagicCodes), Thieves);

        Assert.Single(passed, true);
        Assert.True(await UseAsync(bobs));
        var unused = own[(Array.IndexOf(passed, true) + 1) % own.Count];
        Assert.True(await UseAsync(unused, use: MagicCodeUse.Link)); // a link's token is of one request alone
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(599_999, true)]
    [InlineData(600_000, false)]
    [InlineData(600_001, false)]
    public async Task A_code_is_good_from_its_issue_until_before_its_end_to_the_millisecond(int milliseconds, bool isGood)
    {
        var ada = await AddAccountAsync();
        var at = Now.AddMilliseconds(milliseconds);

        foreach (var use in Enum.GetValues<MagicCodeUse>())
        {
            var (_, code) = await AddAsync(NewRequest(ada), step: (int)use);
            Assert.Equal(isGood, await UseAsync(code, at, use));
        }

        var (request, linked) = await AddAsync(NewRequest(ada), step: 9);
        Assert.Equal(isGood ? CodeApproval.Approved : CodeApproval.Over, await Store.MagicCodes.ApproveAsync(request.Id, linked.Id, Number, entryOf: null, at, Token));
    }

    [Fact]
    public async Task A_code_is_good_for_its_own_request_alone()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        var (request, code) = await AddAsync(NewRequest(ada));
        var (eves, _) = await AddAsync(NewRequest(eve));

        Assert.False(await Store.MagicCodes.TryConsumeMagicCodeAsync(eves.Id, code.Id, MagicCodeUse.Typed, registers: null, Now, Token));
        Assert.Equal(CodeApproval.Over, await Store.MagicCodes.ApproveAsync(eves.Id, code.Id, Number, entryOf: null, Now, Token));
        Assert.False(await Store.MagicCodes.TryConsumeMagicCodeAsync(request.Id, Identifiers.New(), MagicCodeUse.Typed, registers: null, Now, Token));
        Assert.Equal((CodeRequestState.Open, CodeRequestState.Open), ((await FindAsync(request))!.State, (await FindAsync(eves))!.State));
    }

    [Fact]
    public async Task The_right_number_lets_the_waiting_browser_go_on_once()
    {
        var ada = await AddAccountAsync();
        var (request, code) = await AddAsync(NewRequest(ada));
        Assert.False(await Store.MagicCodes.TryClaimApprovalAsync(request.Id, registers: null, Now, Token));

        Assert.Equal(CodeApproval.Approved, await Store.MagicCodes.ApproveAsync(request.Id, code.Id, Number, entryOf: null, Now, Token));

        Assert.Equal(CodeRequestState.Approved, (await FindAsync(request))!.State);
        Assert.False(await UseAsync(code)); // what stands in the mail is spent
        Assert.False(await Store.MagicCodes.TryClaimApprovalAsync(request.Id, registers: null, request.ExpiresAt, Token));
        await using var otherNode = Place.Connect();
        var claimed = await RaceAsync(
            number => (number % 2 == 0 ? Store : otherNode).MagicCodes.TryClaimApprovalAsync(request.Id, registers: null, request.ExpiresAt.AddMilliseconds(-1), Token), Thieves);
        Assert.Single(claimed, true);
        Assert.Equal(CodeApproval.Over, await Store.MagicCodes.ApproveAsync(request.Id, code.Id, Number, entryOf: null, Now, Token));
    }

    [Fact]
    public async Task One_wrong_number_ends_the_request_for_good()
    {
        var ada = await AddAccountAsync();
        var (request, code) = await AddAsync(NewRequest(ada));

        Assert.Equal(CodeApproval.WrongNumber, await Store.MagicCodes.ApproveAsync(request.Id, code.Id, Number + 1, entryOf: null, Now, Token));

        Assert.Equal(CodeRequestState.Ended, (await FindAsync(request))!.State);
        Assert.Equal(CodeApproval.Over, await Store.MagicCodes.ApproveAsync(request.Id, code.Id, Number, entryOf: null, Now, Token));
        Assert.False(await Store.MagicCodes.TryClaimApprovalAsync(request.Id, registers: null, Now, Token));
        Assert.False(await UseAsync(code));
        Assert.False(await Store.MagicCodes.TryAddCodeAsync(request with { CodesSent = 2 }, NewCode(request), trace: null, Token));
    }

    [Fact]
    public async Task Of_many_numbers_that_are_tried_at_once_one_counts()
    {
        var ada = await AddAccountAsync();
        var (request, code) = await AddAsync(NewRequest(ada));
        await using var otherNode = Place.Connect();

        var tried = await RaceAsync(
            number => (number % 2 == 0 ? Store : otherNode).MagicCodes.ApproveAsync(request.Id, code.Id, 10 + number % 90, entryOf: null, Now, Token), Thieves);

        Assert.Single(tried, approval => approval != CodeApproval.Over);
    }

    [Fact]
    public async Task A_request_that_was_ended_takes_nothing_and_a_used_one_stays_used()
    {
        var ada = await AddAccountAsync();
        var (ended, code) = await AddAsync(NewRequest(ada));
        var (used, spent) = await AddAsync(NewRequest(ada), step: 8);
        Assert.True(await UseAsync(spent));

        await Store.MagicCodes.EndAsync(ended.Id, Token);
        await Store.MagicCodes.EndAsync(used.Id, Token);

        Assert.False(await UseAsync(code));
        Assert.False(await UseAsync(code, use: MagicCodeUse.Link));
        Assert.Equal(CodeApproval.Over, await Store.MagicCodes.ApproveAsync(ended.Id, code.Id, Number, entryOf: null, Now, Token));
        Assert.Equal((CodeRequestState.Ended, CodeRequestState.Used), ((await FindAsync(ended))!.State, (await FindAsync(used))!.State));
    }

    [Fact]
    public async Task Whose_address_a_code_was_typed_for_has_proved_that_address_and_no_other_one()
    {
        var (ada, bob, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"), await AddAccountAsync("eve"));
        var (_, adas) = await AddAsync(NewRequest(ada) with { Email = "Ada@Example.org" });
        var (bobs, linked) = await AddAsync(NewRequest(bob));
        var (_, old) = await AddAsync(NewRequest(eve) with { Email = "eve@before.example" });

        Assert.True(await UseAsync(adas));
        Assert.Equal(CodeApproval.Approved, await Store.MagicCodes.ApproveAsync(bobs.Id, linked.Id, Number, entryOf: null, Now.AddSeconds(5), Token));
        await UseAsync(old);

        Assert.Equal(Now, await Store.MagicCodes.FindVerifiedAtAsync(ada.Id, "ada@example.org", Token));
        Assert.Equal(Now.AddSeconds(5), await Store.MagicCodes.FindVerifiedAtAsync(bob.Id, "bob@example.org", Token));
        Assert.Null(await Store.MagicCodes.FindVerifiedAtAsync(ada.Id, "ada@elsewhere.example", Token));
        Assert.Null(await Store.MagicCodes.FindVerifiedAtAsync(eve.Id, "eve@example.org", Token));
        Assert.Null(await Store.MagicCodes.FindVerifiedAtAsync(eve.Id, "eve@before.example", Token));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("signed out everywhere")]
    [InlineData("disabled")]
    [InlineData("address")]
    [InlineData("authenticator")]
    public async Task A_code_ends_with_what_the_account_was_signed_in_to_by(string change)
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var (request, code) = await AddAsync(NewRequest(ada));
        var (_, bobs) = await AddAsync(NewRequest(bob));
        var flow = await AddFlowAsync(ada.Id);
        var (_, step) = await AddAsync(NewRequest(ada) with { FlowId = flow.Id }, step: 8);

        await (change switch
        {
            "password" => Store.Passwords.SetHashAsync(ada.Id, "new hash", Now, trace: null, Token),
            "signed out everywhere" => Store.Sessions.EndAllAsync(ada.Id, exceptId: null, Token),
            "disabled" => SetDisabledAsync(ada.Id),
            "address" => Store.Administration.UpdateAsync(
                ada.Id, new(ada.Email, ada.DisplayName, ada.Groups), new("ada@example.com", ada.DisplayName, ada.Groups), "admins", NewTrace(ada.Id, "edited"), Token),
            _ => (Task)AddAuthenticatorAsync(ada.Id),
        });

        Assert.Null(await FindAsync(request));
        Assert.Null(await Store.MagicCodes.FindByLinkAsync(code.LinkHash, Token));
        Assert.False(await UseAsync(code));
        Assert.False(await UseAsync(step));
        Assert.Equal(CodeApproval.Over, await Store.MagicCodes.ApproveAsync(request.Id, code.Id, Number, entryOf: null, Now, Token));
        Assert.True(await UseAsync(bobs));
    }

    [Fact]
    public async Task A_use_that_races_with_a_new_password_begins_nothing_of_the_epoch_after_it()
    {
        for (var round = 0; round < 10; round++)
        {
            var ada = await AddAccountAsync($"ada{round}");
            var (_, code) = await AddAsync(NewRequest(ada));
            var flow = NewFlow(ada.Id);

            var began = await RaceAsync(
                async number => number == 0
                    ? await Store.Passwords.SetHashAsync(ada.Id, "new hash", Now, trace: null, Token) && false
                    : await UseAsync(code) && await Store.Flows.TryAddAsync(flow, ada.SignInEpoch, Token),
                racers: 4);

            // Before the password was set it may have begun; then it was ended with everything else.
            Assert.InRange(began.Count(one => one), 0, 1);
            Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
            Assert.False(await UseAsync(code));
        }
    }

    [Fact]
    public async Task A_flow_has_one_request_and_an_ended_flow_none()
    {
        var ada = await AddAccountAsync();
        var (running, ended) = (await AddFlowAsync(ada.Id), await AddFlowAsync(ada.Id));
        await Store.Flows.EndAsync(ended.Id, entry: null, Token);
        await using var otherNode = Place.Connect();

        var added = await RaceAsync(number =>
        {
            var request = NewRequest(ada) with { FlowId = running.Id };
            return (number % 2 == 0 ? Store : otherNode).MagicCodes.AddAsync(
                request, NewCode(request), NewTrace(ada.Id, "sent", MailOf(ada, $"mail {number}")), Token);
        });

        Assert.Single(added, true);
        Assert.NotNull(await Store.MagicCodes.FindOfFlowAsync(running.Id, Now, Token));
        Assert.Null(await Store.MagicCodes.FindOfFlowAsync(running.Id, Now + Life, Token));
        var late = NewRequest(ada) with { FlowId = ended.Id };
        Assert.False(await Store.MagicCodes.AddAsync(late, NewCode(late), NewTrace(ada.Id, "sent", MailOf(ada, "late")), Token));
        Assert.Null(await FindAsync(late));
        Assert.Equal(1, (await Store.Mail.CountUndeliveredAsync(Token)).Waiting);
        Assert.Single(await Store.Audit.ListAsync(null, 10, Token));
    }

    [Fact]
    public async Task A_request_of_a_flow_whose_time_is_over_makes_room_for_the_next_one()
    {
        var ada = await AddAccountAsync();
        var flow = await AddFlowAsync(ada.Id);
        var (_, first) = await AddAsync(NewRequest(ada) with { FlowId = flow.Id });
        var at = Now + Life;
        var next = NewRequest(ada) with { FlowId = flow.Id, CreatedAt = at, LastSentAt = at, ExpiresAt = at + Life };

        Assert.True(await Store.MagicCodes.AddAsync(next, NewCode(next, at), trace: null, Token));

        Assert.Equal(next.Id, (await Store.MagicCodes.FindOfFlowAsync(flow.Id, at, Token))!.Id);
        Assert.Null(await Store.MagicCodes.FindByLinkAsync(first.LinkHash, Token));
    }

    [Theory]
    [InlineData(MagicCodeUse.Typed)]
    [InlineData(MagicCodeUse.Link)]
    public async Task Who_registers_is_an_account_with_a_verified_address_in_the_moment_of_the_use(MagicCodeUse use)
    {
        var (request, code) = await AddAsync(NewRequest(account: null) with { Registers = true });
        var grace = NewRegistrant(request);

        Assert.True(await Store.MagicCodes.TryConsumeMagicCodeAsync(request.Id, code.Id, use, grace, Now.AddSeconds(3), Token));

        Assert.Equivalent(
            grace.Account with { VerifiedEmail = EmailAddress.Fold(request.Email), VerifiedAt = Now.AddSeconds(3) },
            await Store.Accounts.FindAsync(grace.Account.Id, Token), strict: true);
        Assert.Null(await Store.Passwords.FindHashAsync(grace.Account.Id, Token));
        Assert.Equal(Now.AddSeconds(3), await Store.MagicCodes.FindVerifiedAtAsync(grace.Account.Id, request.Email, Token));
        Assert.Equal("registered", Assert.Single(await Store.Audit.ListAsync(null, 10, Token)).Entry.Event);
        Assert.False(await Store.MagicCodes.TryConsumeMagicCodeAsync(request.Id, code.Id, use, grace, Now.AddSeconds(4), Token));

        // From now on the request is the account's: it stays used when the account's sign-ins end, and its value spent.
        await Store.Sessions.EndAllAsync(grace.Account.Id, exceptId: null, Token);
        Assert.Equal(CodeRequestState.Used, (await FindAsync(request))!.State);
    }

    [Fact]
    public async Task Who_registers_by_a_link_that_was_confirmed_elsewhere_does_so_when_the_waiting_browser_goes_on()
    {
        var (request, code) = await AddAsync(NewRequest(account: null) with { Registers = true });
        var grace = NewRegistrant(request);
        Assert.Equal(CodeApproval.Approved, await Store.MagicCodes.ApproveAsync(request.Id, code.Id, Number, entryOf: null, Now, Token));
        Assert.Null(await Store.Accounts.FindAsync(grace.Account.Id, Token));

        Assert.True(await Store.MagicCodes.TryClaimApprovalAsync(request.Id, grace, Now, Token));

        Assert.NotNull(await Store.Accounts.FindAsync(grace.Account.Id, Token));
        Assert.Equal(Now, await Store.MagicCodes.FindVerifiedAtAsync(grace.Account.Id, request.Email, Token));
    }

    [Fact]
    public async Task Whose_address_or_name_was_taken_meanwhile_has_spent_nothing()
    {
        foreach (var taken in (Account[])[NewAccount("ada") with { Email = "nobody@example.org" }, NewAccount("nobody@example.org") with { Email = "bob@example.org" }])
        {
            var (request, code) = await AddAsync(NewRequest(account: null) with { Registers = true });
            await Store.Accounts.AddAsync(taken, "hash", entry: null, Token);
            var late = NewRegistrant(request);

            Assert.False(await Store.MagicCodes.TryConsumeMagicCodeAsync(request.Id, code.Id, MagicCodeUse.Typed, late, Now, Token));

            Assert.Equal(CodeRequestState.Open, (await FindAsync(request))!.State);
            Assert.Null(await Store.Accounts.FindAsync(late.Account.Id, Token));
            Assert.Null(await Store.MagicCodes.FindVerifiedAtAsync(taken.Id, "nobody@example.org", Token));
            Assert.Empty(await Store.Audit.ListAsync(null, 10, Token));
        }
    }

    [Fact]
    public async Task Of_many_who_register_one_address_at_once_one_is_an_account()
    {
        var requests = new List<(CodeRequest Request, IssuedCode Code)>();
        for (var number = 0; number < 20; number++)
            requests.Add(await AddAsync(NewRequest(account: null) with { Registers = true }));
        await using var otherNode = Place.Connect();

        var passed = await RaceAsync(
            number => (number % 2 == 0 ? Store : otherNode).MagicCodes.TryConsumeMagicCodeAsync(
                requests[number].Request.Id, requests[number].Code.Id, MagicCodeUse.Typed, NewRegistrant(requests[number].Request), Now, Token),
            requests.Count);

        Assert.Single(passed, true);
        var winner = requests[Array.IndexOf(passed, true)].Request;
        Assert.Equal(winner.Id, (await Store.Accounts.FindByEmailAsync("nobody@example.org", Token))!.Id);
        Assert.Single(await Store.Audit.ListAsync(null, 100, Token));
    }

    [Fact]
    public async Task Nobodys_request_is_kept_like_everybodys()
    {
        var request = NewRequest(account: null);
        await AddAsync(request);
        var next = request with { CodesSent = 2, LastSentAt = Now.AddSeconds(30) };

        Assert.True(await Store.MagicCodes.TryAddCodeAsync(next, code: null, trace: null, Token)); // a limit of mails was reached

        Assert.Equivalent(next, await FindAsync(request), strict: true);
        Assert.Single(await Store.MagicCodes.ListCodesAsync(request.Id, Token));
    }

    [Fact]
    public async Task Requests_are_swept_with_their_codes_when_their_time_is_over_and_used_ones_later()
    {
        var ada = await AddAccountAsync();
        var (open, code) = await AddAsync(NewRequest(ada));
        var (used, spent) = await AddAsync(NewRequest(ada), step: 8);
        Assert.True(await UseAsync(spent));

        await Store.Lifecycle.DeleteExpiredAsync(open.ExpiresAt.AddMilliseconds(-1), Token);
        Assert.NotNull(await Store.MagicCodes.FindByLinkAsync(code.LinkHash, Token));

        await Store.Lifecycle.DeleteExpiredAsync(open.ExpiresAt, Token);
        Assert.Null(await Store.MagicCodes.FindByLinkAsync(code.LinkHash, Token));
        Assert.Empty(await Store.MagicCodes.ListCodesAsync(open.Id, Token));

        // What was typed is remembered for longer than any code of the same value lives.
        var end = Now + MagicCodeStore.UsedKeptFor;
        await Store.Lifecycle.DeleteExpiredAsync(end.AddMilliseconds(-1), Token);
        Assert.Equal(CodeRequestState.Used, (await FindAsync(used, end.AddMilliseconds(-1)))!.State);
        await Store.Lifecycle.DeleteExpiredAsync(end, Token);
        Assert.Null(await Store.MagicCodes.FindByLinkAsync(spent.LinkHash, Token));
    }

    [Fact]
    public async Task Each_switch_is_its_owners_and_neither_undoes_the_other()
    {
        var ada = await AddAccountAsync();
        Assert.Equal(MagicCodeSwitches.On, await Store.MagicCodes.FindSwitchesAsync(ada.Id, Token));

        await RaceAsync(number => SwitchAsync(ada.Id, number % 2 == 0 ? MagicCodeSwitch.Owner : MagicCodeSwitch.Administrator, off: true));
        Assert.Equal(new MagicCodeSwitches(OffByOwner: true, OffByAdministrator: true), await Store.MagicCodes.FindSwitchesAsync(ada.Id, Token));
        Assert.True(await RaisesChangeMarkAsync(() => SwitchAsync(ada.Id, MagicCodeSwitch.Owner, off: false)));

        Assert.Equal(new MagicCodeSwitches(OffByOwner: false, OffByAdministrator: true), await Store.MagicCodes.FindSwitchesAsync(ada.Id, Token));
        Assert.False((await Store.MagicCodes.FindSwitchesAsync(ada.Id, Token)).IsOn);
        Assert.False(await SwitchAsync(Identifiers.New(), MagicCodeSwitch.Owner, off: true));
        // Recorded when it changes, and not when it is so already.
        Assert.Equal(3, (await Store.Audit.ListAsync(null, 100, Token)).Count);
    }

    private static CodeRequest NewRequest(Account? account) => new(
        Identifiers.New(), SecretToken.New().Hash, account?.Id, "app", account?.Email ?? "nobody@example.org", "one-factor", "/wiki", Number,
        "2001:db8::7", "Mozilla/5.0", CodesSent: 1, Now, Now, Now + Life, CodeRequestState.Open);

    private static IssuedCode NewCode(CodeRequest request, DateTimeOffset? at = null, long step = 7) => new(
        Identifiers.New(), request.Id, request.CodesSent, MagicCodeMethod.TotpSha256, Digits: 6, Generation: 1, step, at ?? Now, (at ?? Now) + Life,
        SecretToken.New().Hash);

    private static Registrant NewRegistrant(CodeRequest request) => new(
        new Account(request.OwnerId, request.Email, request.Email, request.Email, [], Disabled: false, Now, LastSignInAt: null),
        NewTrace(request.OwnerId, "registered"));

    private static OutboxMail MailOf(Account account, string id) => new(id, account.Id, "MagicCode", [1], Now);

    private async Task<(CodeRequest Request, IssuedCode Code)> AddAsync(CodeRequest request, long step = 7)
    {
        var code = NewCode(request, step: step);
        Assert.True(await Store.MagicCodes.AddAsync(request, code, trace: null, Token));
        return (request, code);
    }

    private Task<CodeRequest?> FindAsync(CodeRequest request, DateTimeOffset? at = null) =>
        Store.MagicCodes.FindAsync(request.TokenHash, at ?? Now, Token);

    private Task<bool> UseAsync(IssuedCode code, DateTimeOffset? at = null, MagicCodeUse use = MagicCodeUse.Typed, MagicCodeStore? store = null) =>
        (store ?? Store.MagicCodes).TryConsumeMagicCodeAsync(code.RequestId, code.Id, use, registers: null, at ?? Now, Token);

    private Task<bool> SwitchAsync(string accountId, MagicCodeSwitch which, bool off) =>
        Store.MagicCodes.SwitchAsync(accountId, which, off, NewTrace(accountId, "switched"), Token);
}

public sealed class MagicCodesOnSqlite() : MagicCodeContract(StoreEngine.Sqlite);

public sealed class MagicCodesOnPostgreSql() : MagicCodeContract(StoreEngine.PostgreSql);

public sealed class MagicCodesOnLiteDb() : MagicCodeContract(StoreEngine.LiteDb);

public sealed class MagicCodesOnMemory() : MagicCodeContract(StoreEngine.Memory);
