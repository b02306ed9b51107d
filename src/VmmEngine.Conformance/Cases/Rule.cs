namespace VmmEngine.Conformance.Cases;

/// <summary>A rule of an interface that no single command has to itself: an order of checks, a rule of the states, a trap for clients, an exit.</summary>
/// <param name="Section">Where it belongs.</param>
/// <param name="Says">The rule.</param>
/// <param name="Cases">The names of the cases that show it: at least one, and each exists.</param>
public sealed record Rule(string Section, string Says, params string[] Cases);

/// <summary>An error that a command is documented to answer. Its cases are named <c>COMMAND/...-is-ERROR</c>.</summary>
/// <param name="Command">The command.</param>
/// <param name="Error">The errno's name.</param>
public sealed record DocumentedError(string Command, string Error);
