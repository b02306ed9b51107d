using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.Engine;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using VmmEngine.Conformance.Tests.Mutations;
using VmmEngine.SoftX86;
using Xunit;
using static VmmEngine.Conformance.Clients.Errors;

namespace VmmEngine.Conformance.Tests.Model;

/// <summary>By itself: it counts what the process holds, which other tests change.</summary>
[CollectionDefinition(nameof(ModelTests), DisableParallelization = true)]
public sealed class ModelTestsCollection;

/// <summary>Random sequences of all commands, in both revisions, on the engine and on a small model of the interface: they agree, and nothing is left.</summary>
[Collection(nameof(ModelTests))]
public sealed unsafe class ModelTests
{
    private const int Sequences = 20_000;
    private const int SequencesForAMistake = 4_000;
    private const string MemoryFile = "memfd:guest-memory"; // the runtime has files of memory too

    private static readonly OpenBsdProvider Engine = new(new SoftBackendFactory(new SoftOptions { ArenaBytes = 1 << 20 }));

    private static readonly SystemSetup Limits = new() { VcpuLimit = ModelDevice.VcpuLimit, VpidLimit = ModelDevice.VpidLimit };

    private static readonly Mutation[] Mistakes =
    [
        new("a terminated vCPU runs again", "", (right, descriptor, word, argument) =>
            right.Ioctl(descriptor, word, argument) is int error && word == Revision.Newer.Run.Word && error == EBUSY ? 0 : error),
        new("an unreadable exit leaves the vCPU stopped", "", (right, descriptor, word, argument) =>
            word == Revision.Baseline.Run.Word && *(nint*)(argument + 32) == Structs.BadPointer ? EFAULT : right.Ioctl(descriptor, word, argument)),
        new("an answer does not move the guest", "", (right, descriptor, word, argument) =>
        {
            if (word == Revision.Baseline.Run.Word)
            {
                *(byte*)(argument + 8) = 0;
            }

            return right.Ioctl(descriptor, word, argument);
        }),
        new("interrupts reach guests that are not ready", "", (right, descriptor, word, argument) =>
        {
            byte* type = (byte*)(argument + Revision.Newer.RunInject + 8);
            if (word == Revision.Newer.Run.Word && *type == Structs.InjectInterrupt)
            {
                *type = Structs.InjectException;
            }

            return right.Ioctl(descriptor, word, argument);
        }),
        new("resets give their VPID back", "", (right, descriptor, word, argument) =>
            right.Ioctl(descriptor, word, argument) is int error && word == Revision.Baseline.ResetCpu.Word && error == EIO ? 0 : error),
        new("the clock's version stands still", "", (right, descriptor, word, argument) =>
        {
            int error = right.Ioctl(descriptor, word, argument);
            if (word == Revision.Baseline.ReadParameters.Word && error == 0)
            {
                *(uint*)(argument + 24) &= ~2u;
            }

            return error;
        }),
        new("a hidden VM is not there", "", (right, descriptor, word, argument) =>
            right.Ioctl(descriptor, word, argument) is int error && word == Revision.Newer.Terminate.Word && error == ENOSYS ? ENOENT : error),
        new("a termination does nothing", "", (right, descriptor, word, argument) =>
            word == Revision.Newer.Terminate.Word ? 0 : right.Ioctl(descriptor, word, argument)),
    ];

    public static TheoryData<string> MistakeNames => [.. Mistakes.Select(mistake => mistake.Name)];

    [Fact]
    public void TheEngineDoesWhatTheModelSays()
    {
        Find(200); // what is kept for ever is there after this
        (int files, int mappings) = Held();

        string? difference = Find(Sequences);

        Assert.True(difference is null, difference);
        (int filesLeft, int mappingsLeft) = Held(); // what earlier tests have left may go meanwhile
        Assert.InRange(filesLeft, 0, files);
        Assert.InRange(mappingsLeft, 0, mappings);
    }

    [Theory]
    [MemberData(nameof(MistakeNames))]
    public void AMistakeIsFound(string name)
    {
        Mutation mistake = Mistakes.Single(mistake => mistake.Name == name);

        string? difference = SequenceSearch.Find(SequencesForAMistake, () => new MutatedProvider(Engine, mistake).Start(Limits), (_, _) => { });

        Assert.NotNull(difference);
        Assert.InRange(difference.Split('\n').Length - 1, 1, 12); // short enough to be read
    }

    [Fact]
    public void SequencesComeToEveryState()
    {
        HashSet<(Act, int)> seen = [];
        for (int seed = 0; seed < 3_000; seed++)
        {
            using ISystemUnderTest system = Engine.Start(Limits);
            SequenceRun.Execute(Step.Sequence(seed), system, _ => { }, (act, error) => seen.Add((act, error)));
        }

        (Act, int)[] wanted =
        [
            (Act.Create, 0), (Act.Create, EINVAL), (Act.Create, ENOMEM), (Act.Create, ENOSYS), (Act.Create, EBADF),
            (Act.Run, 0), (Act.Run, EBUSY), (Act.Run, EFAULT), (Act.Run, EIO), (Act.Run, EINVAL), (Act.Run, ENOENT), (Act.Run, EPERM),
            (Act.Reset, 0), (Act.Reset, EBUSY), (Act.Reset, EIO), (Act.Reset, ENOENT),
            (Act.Protect, 0), (Act.Protect, EBUSY), (Act.Protect, EINVAL),
            (Act.Terminate, 0), (Act.Terminate, ENOENT), (Act.Info, 0), (Act.Share, 0), (Act.UnknownWord, ENOTTY), (Act.NoArgument, EFAULT),
        ];
        Assert.Empty(wanted.Except(seen));
    }

    private static string? Find(int count) => SequenceSearch.Find(count, () => Engine.Start(Limits), (system, model) =>
    {
        VmmEngine.OpenBsd.OpenBsdHost host = ((OpenBsdSystem)system).Host;
        Check.Equal("VMs at the end", 0, host.VmCount);
        Check.Equal("vCPUs at the end", 0, host.VcpuCount);
        Check.Equal("VPIDs at the end, those that resets have lost", model.Vpids, host.VpidCount);
    });

    /// <summary>Files of guest memory that are open, and mappings of them.</summary>
    private static (int Files, int Mappings) Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        int files = Directory.EnumerateFiles("/proc/self/fd").Count(file => (File.ResolveLinkTarget(file, false)?.ToString() ?? "").Contains(MemoryFile, StringComparison.Ordinal));
        int mappings = File.ReadLines("/proc/self/maps").Count(line => line.Contains(MemoryFile, StringComparison.Ordinal));
        return (files, mappings);
    }
}
