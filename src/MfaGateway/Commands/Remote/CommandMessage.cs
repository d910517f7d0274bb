using System.Text.Json.Serialization;

namespace MfaGateway.Commands.Remote;

/// <summary>What a command's process and the gateway that carries the command out say to each other.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Invocation), "invocation")]
[JsonDerivedType(typeof(Written), "written")]
[JsonDerivedType(typeof(Question), "question")]
[JsonDerivedType(typeof(Answer), "answer")]
[JsonDerivedType(typeof(Ended), "ended")]
internal abstract record CommandMessage
{
    // Answers hold passwords, and so may arguments by mistake.
    public sealed override string ToString() => GetType().Name;

    /// <summary>First, from the command's process.</summary>
    /// <param name="Arguments">Without settings.</param>
    /// <param name="Settings">Of the command line, <c>--Section:Key=value</c> each. Those of the gateway hold: it refuses others.</param>
    /// <param name="Directory">What relative paths are relative to.</param>
    /// <param name="CanAsk">Whether there is a person to answer.</param>
    /// <param name="Width">Of the terminal, in columns; null where the answer is no terminal's.</param>
    public sealed record Invocation(
        IReadOnlyList<string> Arguments, IReadOnlyList<string> Settings, string Directory, bool CanAsk, int? Width) : CommandMessage;

    public sealed record Written(string Text, bool IsError) : CommandMessage;

    /// <param name="Most">Of <see cref="QuestionKind.Input"/>: in bytes.</param>
    public sealed record Question(QuestionKind About, string Text, int Most) : CommandMessage;

    public sealed record Answer(string? Text, byte[]? Bytes, bool IsYes) : CommandMessage;

    /// <summary>Last, from the gateway.</summary>
    public sealed record Ended(int ExitCode) : CommandMessage;
}

internal enum QuestionKind
{
    /// <summary>The standard input to its end.</summary>
    Input,

    /// <summary>Typed, and not shown.</summary>
    Secret,

    Confirmation,
}
