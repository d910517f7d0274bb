using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>64 units that want the same, again and again: exactly as many win as there is to win.</summary>
public sealed class LiteDbRaceTests
{
    private const int Rounds = 20;
    private const int Racers = 64;

    [Fact]
    public async Task A_step_advances_once() => await RaceAsync((unit, round, _) => Acts.Advance(unit, "step", round), winners: 1);

    [Fact]
    public async Task A_limit_of_five_is_reserved_five_times() =>
        await RaceAsync((unit, round, _) => Acts.Reserve(unit, $"bucket {round}", 5) > 0, winners: 5);

    [Fact]
    public async Task A_code_is_consumed_once() =>
        await RaceAsync((unit, round, racer) => Acts.Consume(unit, $"code {round}", $"racer {racer}"), winners: 1);

    [Fact]
    public async Task A_sign_in_happens_once() =>
        await RaceAsync((unit, round, racer) => Acts.SignIn(unit, "account", round, $"session {round} {racer}"), winners: 1);

    private static async Task RaceAsync(Func<MfaGateway.Storage.LiteDb.Work.UnitOfWork, int, int, bool> act, int winners)
    {
        await using var engine = await new SimulatedStore().OpenAsync();
        for (var round = 1; round <= Rounds; round++)
        {
            var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var racers = Enumerable.Range(0, Racers).Select(racer => Task.Run(async () =>
            {
                await go.Task;
                return await engine.RunAsync(unit => act(unit, round, racer));
            })).ToList();
            go.SetResult();

            Assert.Equal(winners, (await Task.WhenAll(racers)).Count(won => won));
        }

        Assert.True(engine.Figures.Batches < engine.Figures.Units);
    }
}
