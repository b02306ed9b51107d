using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.Tests.Model;

/// <summary>A process.</summary>
/// <param name="Name">For people.</param>
/// <param name="ProcessId">Its number.</param>
/// <param name="Promises">What it has promised; null for nothing.</param>
/// <param name="Access">What its descriptor is open for.</param>
internal sealed record Process(string Name, int ProcessId, CallerPromises? Promises, Access Access = Access.ReadWrite)
{
    public Caller Caller => new(1001) { ProcessId = ProcessId, Promises = Promises };
}

/// <summary>The processes of a sequence.</summary>
internal static class Callers
{
    public static IReadOnlyList<Process> All { get; } =
    [
        new("anybody", 5, null),
        new("a manager", 10, CallerPromises.Vmm | CallerPromises.Proc),
        new("the manager's VM process", 10, CallerPromises.Vmm | CallerPromises.Error),
        new("another VM process", 11, CallerPromises.Vmm),
        new("a process without VMs", 10, CallerPromises.Proc | CallerPromises.Error),
        new("a process with a descriptor for nothing", 5, null, Access.None),
    ];
}
