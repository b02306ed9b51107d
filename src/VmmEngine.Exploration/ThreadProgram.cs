namespace VmmEngine.Exploration;

/// <summary>A thread's code: steps that run again for as long as they return true.</summary>
internal sealed record ThreadProgram(string Name, bool IsDaemon, IReadOnlyList<Func<bool>> Steps);
