using MfaGateway.Core.Mail;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MfaGateway.Mail;

/// <summary>
/// A way out of this machine that may be slow or down: bounded in time, tried again at once where nothing can have been sent yet, and
/// given a rest where it fails again and again.
/// </summary>
internal sealed class SteadyTransport : IMailTransport
{
    /// <summary>How long a way out that is down is left alone.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    private const int Retries = 2;
    private const int FailuresBeforeRest = 3;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Sampling = TimeSpan.FromMinutes(1);

    private readonly IMailTransport _inner;
    private readonly ResiliencePipeline _pipeline;
    private long _restsUntil;

    public SteadyTransport(IMailTransport inner, TimeProvider time, ILogger<SteadyTransport> logger)
    {
        _inner = inner;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(Longest)
            .AddRetry(new RetryStrategyOptions
            {
                // A connection that broke off may have brought the mail through: tried again at once, it might come thrice.
                ShouldHandle = new PredicateBuilder().Handle<MailNotTakenException>(fault => fault.Fault == MailFault.Unreachable),
                MaxRetryAttempts = Retries,
                Delay = FirstWait,
                MaxDelay = LongestWait,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<MailNotTakenException>(fault => fault.StopsAll).Handle<TimeoutRejectedException>(),
                FailureRatio = 1,
                MinimumThroughput = FailuresBeforeRest,
                SamplingDuration = Sampling,
                BreakDuration = Rest,
                OnOpened = opened =>
                {
                    Interlocked.Exchange(ref _restsUntil, (time.GetUtcNow() + opened.BreakDuration).UtcTicks);
                    Log.WayOutDown(logger, opened.Outcome.Exception?.Message ?? string.Empty, opened.BreakDuration);
                    return default;
                },
                OnClosed = _ =>
                {
                    Interlocked.Exchange(ref _restsUntil, 0);
                    Log.WayOutBack(logger);
                    return default;
                },
            })
            .AddTimeout(inner.Longest)
            .Build();
    }

    public TimeSpan Longest => _inner.Longest + (Retries * LongestWait);

    public DateTimeOffset? RestsUntil => Interlocked.Read(ref _restsUntil) is var ticks and not 0 ? new(ticks, TimeSpan.Zero) : null;

    public async Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        try
        {
            await _pipeline.ExecuteAsync(
                static async (state, token) => await state.Inner.SendAsync(state.Mail, token), (Inner: _inner, Mail: mail), cancellationToken);
        }
        catch (TimeoutRejectedException fault)
        {
            throw new MailNotTakenException(MailFault.TimedOut, $"It took longer than {fault.Timeout.TotalSeconds} seconds.") { StopsAll = true };
        }
        catch (BrokenCircuitException)
        {
            throw new MailNotTakenException(MailFault.Unreachable, "The way out is given a rest.") { StopsAll = true };
        }
    }
}
