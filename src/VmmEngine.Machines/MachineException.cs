namespace VmmEngine.Machines;

/// <summary>A machine could not be built or used. The message is one line: what, with which value, and what to do.</summary>
public sealed class MachineException(string message, Exception? inner = null) : Exception(message, inner);
