using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.FreeBsd;

/// <summary>How a guest's vCPUs are told to be arranged: three counts in one word, so that they are read and written together.</summary>
/// <remarks><code>
///  47     32 31     16 15      0
/// | threads |  cores  | sockets |
/// </code></remarks>
internal struct Topology
{
    private const int CoresShift = 16;
    private const int ThreadsShift = 32;

    private ulong _word = Pack(1, 1, 1);

    public Topology()
    {
    }

    /// <summary>Reads the three counts; any thread.</summary>
    public vm_cpu_topology Read()
    {
        ulong word = Volatile.Read(ref _word);
        return new vm_cpu_topology
        {
            sockets = (ushort)word,
            cores = (ushort)(word >> CoresShift),
            threads = (ushort)(word >> ThreadsShift),
        };
    }

    /// <summary>Replaces the three counts; any thread, the last wins.</summary>
    public void Write(in vm_cpu_topology topology) =>
        Volatile.Write(ref _word, Pack(topology.sockets, topology.cores, topology.threads));

    private static ulong Pack(ushort sockets, ushort cores, ushort threads) =>
        sockets | ((ulong)cores << CoresShift) | ((ulong)threads << ThreadsShift);
}
