using BenchmarkDotNet.Attributes;
using VmmEngine.Ratios.Benchmarks;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Bench;

/// <summary>From a command word to a handler that does nothing, and back, without locks.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class Dispatch
{
    private RatioWorld? _world;
    private CommandStream[] _stream = [];
    private BareCommandVariant? _commands;

    [Params("predictable", "random", "unknown")]
    public string Sequence { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _world = new RatioWorld(vcpus: 1, callers: 1);
        _stream = Batch.Of(Sequence switch
        {
            "predictable" => CommandStreams.Predictable,
            "random" => CommandStreams.Random,
            _ => CommandStreams.Unknown,
        });
        _commands = new BareCommandVariant(_world, _stream);
    }

    [Benchmark(OperationsPerInvoke = Batch.Commands)]
    public ulong Command() => _commands!.Run(thread: 0, Batch.Commands);

    [GlobalCleanup]
    public void TearDown() => Batch.End([_world, .. _stream]);
}
