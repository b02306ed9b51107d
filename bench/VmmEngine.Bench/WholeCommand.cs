using BenchmarkDotNet.Attributes;
using VmmEngine.Ratios.Benchmarks;
using VmmEngine.Ratios.Generated;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Bench;

/// <summary>Argument in, locks, a handler that does nothing, locks released, argument out.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class WholeCommand
{
    private RatioWorld? _world;
    private CommandStream[] _stream = [];
    private LockedCommandVariant? _commands;

    [Params("one vCPU", "memory map", "twelve hot")]
    public string Locks { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _world = new RatioWorld(vcpus: 1, callers: 1);
        _stream = Batch.Of(Locks switch
        {
            "one vCPU" => CommandStreams.Only(LockedCommandWords.VM_GET_REGISTER),
            "memory map" => CommandStreams.Only(LockedCommandWords.VM_MMAP_GETNEXT),
            _ => CommandStreams.HotMix,
        });
        _commands = new LockedCommandVariant(_world, _stream);
    }

    [Benchmark(OperationsPerInvoke = Batch.Commands)]
    public ulong Command() => _commands!.Run(thread: 0, Batch.Commands);

    [GlobalCleanup]
    public void TearDown() => Batch.End([_world, .. _stream]);
}
