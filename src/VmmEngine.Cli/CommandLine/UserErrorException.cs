namespace VmmEngine.Cli.CommandLine;

/// <summary>
/// Something the user can put right. The message is one line: what is wrong, with which value, and what to do about it.
/// </summary>
internal sealed class UserErrorException(string message) : Exception(message);
