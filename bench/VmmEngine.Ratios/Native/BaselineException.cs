namespace VmmEngine.Ratios.Native;

/// <summary>A baseline cannot be built on this machine. The message begins with one line that says why.</summary>
internal sealed class BaselineException(string message) : Exception(message);
