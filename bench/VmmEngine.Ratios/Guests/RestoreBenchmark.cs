using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using VmmEngine.Bus;
using VmmEngine.Machines;
using VmmEngine.Memory;

namespace VmmEngine.Ratios.Guests;

/// <summary>From a snapshot's file to the first instruction of the machine that goes on from it, all of whose memory is in use.</summary>
/// <param name="name">For the command line and the results.</param>
/// <param name="description">For people.</param>
/// <param name="boundNs">The median is to be this at most.</param>
internal sealed class RestoreBenchmark(string name, string description, double boundNs) : BoundBenchmark(name, description, boundNs)
{
    private const int Times = 50;
    private const int FewTimes = 3;
    private const ulong MemoryBytes = 64UL << 20;
    private const ulong Start = 0x1000;
    private const byte Port = 0x99;

    private static readonly RunLimits s_toTheFirstExit = new(TimeSpan.FromSeconds(60), MaxExits: 1);

    private static ReadOnlySpan<byte> Code => [0xE6, Port, 0xEB, 0xFC]; // out Port, al; jmp -4

    private protected override (double Time, string Note) Measure(bool thorough)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("restore");
        try
        {
            string file = Path.Combine(directory.FullName, "machine.snapshot");
            Save(file);
            int times = thorough ? Times : FewTimes;
            Restore(file); // compiles what it needs
            List<double> samples = [.. Enumerable.Range(0, times).Select(_ => Restore(file))];
            samples.Sort();
            double longest = samples[^1] / 1e6;
            return (samples[times / 2], string.Create(CultureInfo.InvariantCulture, $"median of {times}, the longest {longest:F1} ms; time, not processor time"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static void Save(string file)
    {
        using Machine machine = new(new MachineOptions { Backend = BackendChoice.Software, MemoryBytes = MemoryBytes });
        machine.Memory.Write(new Gpa(0), RandomNumberGenerator.GetBytes((int)MemoryBytes)); // no page of zeros, which a file leaves out
        machine.Bus.MapPorts(Port, 1, new FirstWrite());
        machine.LoadFlat(Code, new Gpa(Start));
        machine.Run(s_toTheFirstExit);
        machine.Save(file);
    }

    private static double Restore(string file)
    {
        long begin = Stopwatch.GetTimestamp();
        using Machine machine = new(Machine.ReadSnapshot(file).Options);
        FirstWrite first = new();
        machine.Bus.MapPorts(Port, 1, first);
        machine.Restore(file);
        machine.Run(s_toTheFirstExit);
        return Stopwatch.GetElapsedTime(begin, first.Time).TotalNanoseconds;
    }

    /// <summary>A port that notes when it was first written to.</summary>
    private sealed class FirstWrite : PortDevice
    {
        public long Time { get; private set; }

        public override uint Read(ushort port, int size) => 0;

        public override void Write(ushort port, int size, uint value) => Time = Time == 0 ? Stopwatch.GetTimestamp() : Time;
    }
}
