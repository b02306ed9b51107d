using System.Text;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Guests;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using Xunit;

namespace VmmEngine.Machines.Tests;

/// <summary>Machines on both back ends: how runs end, and what is left of them.</summary>
public sealed class MachineTests
{
    private const uint Start = 0x1000;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    // Each guest is 16-bit code at 0x1000.
    private static readonly byte[] ExitsWith7 = [0xB0, 0x07, 0xE6, 0xF4, 0xF4]; // mov al, 7; out 0xF4, al; hlt
    private static readonly byte[] Halts = [0xFA, 0xF4]; // cli; hlt
    private static readonly byte[] Loops = [0xEB, 0xFE]; // jmp $
    private static readonly byte[] FloodsAPort = [0xE6, 0x80, 0xEB, 0xFC]; // out 0x80, al; jmp -4
    private static readonly byte[] TripleFaults = [0x0F, 0x01, 0x1E, 0x00, 0x00, 0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0, 0x0F, 0x0B]; // lidt [0]; PE = 1; ud2
    private static readonly byte[] Resets = [0xB0, 0xFE, 0xE6, 0x64, 0xF4]; // mov al, 0xFE; out 0x64, al; hlt

    [OnBackend(BackendChoice.Software)]
    public void SoftwareGuestsEndInTheirWays() => GuestsEndInTheirWays(BackendChoice.Software);

    [OnBackend(BackendChoice.Kvm)]
    public void KvmGuestsEndInTheirWays() => GuestsEndInTheirWays(BackendChoice.Kvm);

    [OnBackend(BackendChoice.Software)]
    public void SoftwareRunsTheBuiltInGuestWithOneVcpuAndTwo() => RunsTheBuiltInGuest(BackendChoice.Software, scheduling: null);

    [OnBackend(BackendChoice.Software)]
    public void SoftwareRunsTheBuiltInGuestWithAThreadEach() => RunsTheBuiltInGuest(BackendChoice.Software, VcpuScheduling.ThreadEach);

    [OnBackend(BackendChoice.Kvm)]
    public void KvmRunsTheBuiltInGuestWithOneVcpuAndTwo() => RunsTheBuiltInGuest(BackendChoice.Kvm, scheduling: null);

    [OnBackend(BackendChoice.Kvm)]
    public void VcpusThatAllHaltForGoodAreNoticedThoughTheKernelKeepsTheirHalts()
    {
        foreach (bool bothAreStarted in (bool[])[false, true])
        {
            using Machine machine = new(new MachineOptions { Backend = BackendChoice.Kvm, Vcpus = 2 });
            machine.LoadFlat(Halts, new Gpa(Start));
            if (bothAreStarted)
            {
                CpuRegisters registers = default;
                machine.Vcpus[0].ReadRegisters(RegisterGroups.General | RegisterGroups.System, ref registers);
                machine.Vcpus[1].WriteRegisters(RegisterGroups.General | RegisterGroups.System, in registers);
                machine.Vcpus[1].Start();
            }

            Assert.Equal(MachineEnd.Halted, machine.Run(new RunLimits(Long)).End);
        }
    }

    [OnBackend(BackendChoice.Software)]
    public void ASoftwareMachineStopsAtOnceAndGoesOn() => StopsAtOnceAndGoesOn(BackendChoice.Software);

    [OnBackend(BackendChoice.Kvm)]
    public void AKvmMachineStopsAtOnceAndGoesOn() => StopsAtOnceAndGoesOn(BackendChoice.Kvm);

    [Fact]
    public void CountedTimeMakesEveryRunTheSame()
    {
        ulong First() => RunBuiltIn(BackendChoice.Software, 2, scheduling: null).Instructions!.Value;

        Assert.Equal(First(), First());
    }

    /// <summary>PAUSE in a loop that waits for a timer's interrupt of another vCPU, which is halted: 40 million instructions, and not as many exits.</summary>
    [Fact]
    public void WhoWaitsWhileAllOthersAreHaltedStaysInTheGuest()
    {
        using Machine machine = new(new MachineOptions { Backend = BackendChoice.Software, Vcpus = 2, RecordsExits = true });
        machine.LoadBuiltInGuest();
        MachineResult result = machine.Run(new RunLimits(Long));

        Assert.Equal(MachineEnd.Exited, result.End);
        Assert.InRange(result.Exits.Total, 1, 100_000);
    }

    /// <summary>Nothing inside the machine would ever end the wait: a character on the serial line does, whose interrupt is another vCPU's than the first one's.</summary>
    [Fact]
    public async Task AnInterruptFromOutsideWakesWhicheverVcpuItIsFor()
    {
        byte[] first =
        [
            0xC7, 0x05, 0x00, 0x00, 0xC0, 0xFE, 0x19, 0x00, 0x00, 0x00, // the IO-APIC's pin 4, upper half:
            0xC7, 0x05, 0x10, 0x00, 0xC0, 0xFE, 0x00, 0x00, 0x00, 0x01, // vCPU 1
            0xC7, 0x05, 0x00, 0x00, 0xC0, 0xFE, 0x18, 0x00, 0x00, 0x00, // lower half:
            0xC7, 0x05, 0x10, 0x00, 0xC0, 0xFE, 0x00, 0x04, 0x00, 0x00, // a non-maskable interrupt
            0x66, 0xBA, 0xFC, 0x03, 0xB0, 0x08, 0xEE, // the serial line's interrupt reaches its pin
            0x66, 0xBA, 0xF9, 0x03, 0xB0, 0x01, 0xEE, // for each character
            0xF4, // hlt
        ];
        using Machine machine = new(new MachineOptions { Backend = BackendChoice.Software, Vcpus = 2 });
        machine.LoadFlat(first, new Gpa(Start), EntryMode.Protected);
        machine.Memory.Write(new Gpa(2 * 4), [0x10, 0x20, 0x00, 0x00]);
        machine.Memory.Write(new Gpa(0x2000), [0xFB, 0xF4]); // sti; hlt
        machine.Memory.Write(new Gpa(0x2010), ExitsWith7);
        CpuRegisters registers = default;
        machine.Vcpus[1].ReadRegisters(RegisterGroups.General | RegisterGroups.System, ref registers);
        registers.Cs.Selector = 0;
        registers.Cs.Base = 0;
        registers.Rip = 0x2000;
        machine.Vcpus[1].WriteRegisters(RegisterGroups.General | RegisterGroups.System, in registers);
        machine.Vcpus[1].Start();

        Task<MachineResult> run = Task.Run(() => machine.Run(new RunLimits(Long)));
        await Task.Delay(200); // all have halted meanwhile; it is right also if they have not
        machine.Board!.Serial!.Receive("x"u8);
        MachineResult result = await run;

        Assert.Equal((MachineEnd.Exited, 7u), (result.End, result.Status));
    }

    /// <summary>The guest has ended by itself, and the run waits for a reader that does not read: its time ends that too.</summary>
    [Fact]
    public async Task ARunThatWaitsForAReaderStopsAtItsTime()
    {
        using Machine machine = Create(BackendChoice.Software, [0xE6, 0xE9, .. ExitsWith7]); // out 0xE9, al
        using StuckStream stream = new();
        machine.AttachDebugPort(stream);
        Task run = Task.Run(() => machine.Run(new RunLimits(TimeSpan.FromSeconds(1))));
        Task first = await Task.WhenAny(run, Task.Delay(Long));
        stream.Release();
        await run;

        Assert.Same(run, first);
    }

    /// <summary>Two vCPUs send INIT and STARTUP to a third at the same moment, again and again: one thread runs it.</summary>
    [Fact]
    public void AVcpuThatTwoStartIsStartedOnce()
    {
        byte[] sends =
        [
            0xF0, 0xFF, 0x05, 0x04, 0x20, 0x00, 0x00, // lock inc dword [0x2004]
            0x83, 0x3D, 0x04, 0x20, 0x00, 0x00, 0x02, // wait: cmp dword [0x2004], 2
            0x75, 0xF7, // jne wait
            0xB9, 0x00, 0x04, 0x00, 0x00, // mov ecx, 0x400
            0xC7, 0x05, 0x10, 0x03, 0xE0, 0xFE, 0x00, 0x00, 0x00, 0x07, // to vCPU 7
            0xC7, 0x05, 0x00, 0x03, 0xE0, 0xFE, 0x00, 0x45, 0x00, 0x00, // again: INIT
            0xC7, 0x05, 0x00, 0x03, 0xE0, 0xFE, 0x08, 0x46, 0x00, 0x00, // STARTUP at 0x8000
            0xE2, 0xEA, // loop again
            0xE6, 0x99, // out 0x99, al
            0xE6, 0xF4, // out 0xF4, al
            0xF4, // hlt
        ];
        for (int i = 0; i < 50; i++)
        {
            using Machine machine = new(new MachineOptions
            {
                Backend = BackendChoice.Software,
                MemoryBytes = 1 << 20,
                Vcpus = 8,
                Scheduling = VcpuScheduling.ThreadEach,
            });
            ThreadCounter counter = new();
            machine.Bus.MapPorts(0x99, 1, counter);
            machine.LoadFlat(sends, new Gpa(Start), EntryMode.Protected);
            machine.Memory.Write(new Gpa(0x8000), Loops);
            CpuRegisters registers = default;
            machine.Vcpus[0].ReadRegisters(RegisterGroups.General | RegisterGroups.System, ref registers);
            machine.Vcpus[1].WriteRegisters(RegisterGroups.General | RegisterGroups.System, in registers);
            machine.Vcpus[1].Start();

            Assert.Equal(MachineEnd.Exited, machine.Run(new RunLimits(Long)).End);
            Assert.InRange(counter.Most, 0, 1);
            Assert.True(SpinWait.SpinUntil(() => ThreadCounter.Present == 0, Long)); // a thread that has been joined is the system's for a little longer
        }
    }

    [Fact]
    public void WhatCannotBeIsRefusedInOneLine()
    {
        Assert.Contains("4097", Refusal(new MachineOptions { MemoryBytes = 4097 }), StringComparison.Ordinal);
        Assert.Contains("0 vCPUs", Refusal(new MachineOptions { Vcpus = 0 }), StringComparison.Ordinal);
        Assert.Contains("65 vCPUs", Refusal(new MachineOptions { Vcpus = 65 }), StringComparison.Ordinal);
        Assert.Contains("1 TiB", Refusal(new MachineOptions { MemoryBytes = 1UL << 41 }), StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryOutsideTheMachineIsRefused()
    {
        using Machine machine = new(new MachineOptions { MemoryBytes = 1 << 20, Backend = BackendChoice.Software });

        Assert.Throws<MachineException>(() => machine.Memory.Write(new Gpa((1 << 20) - 1), [1, 2]));
        Assert.Throws<MachineException>(() => machine.Memory.Write(new Gpa(ulong.MaxValue), [1]));
    }

    private static void GuestsEndInTheirWays(BackendChoice backend)
    {
        Assert.Equal((MachineEnd.Exited, 7u), Run(backend, ExitsWith7));
        Assert.Equal((MachineEnd.TripleFault, 0u), Run(backend, TripleFaults));
        Assert.Equal((MachineEnd.Reset, 0u), Run(backend, Resets));
        Assert.Equal((MachineEnd.TimedOut, 0u), Run(backend, Loops, new RunLimits(TimeSpan.FromMilliseconds(100))));
        Assert.Equal((MachineEnd.ExitLimit, 0u), Run(backend, FloodsAPort, new RunLimits(Long, MaxExits: 500)));

        // Without local APICs in the kernel a vCPU that halts for good comes out at once.
        using Machine bare = new(new MachineOptions { Backend = backend, HasPcBoard = false });
        bare.LoadFlat(Halts, new Gpa(Start));
        Assert.Equal(MachineEnd.Halted, bare.Run(new RunLimits(Long)).End);
    }

    private static void RunsTheBuiltInGuest(BackendChoice backend, VcpuScheduling? scheduling)
    {
        foreach (int vcpus in (int[])[1, 2])
        {
            MachineResult result = RunBuiltIn(backend, vcpus, scheduling);
            Assert.True(result is { End: MachineEnd.Exited, Status: BuiltInGuest.ExitStatus }, result.Detail);
        }
    }

    private static MachineResult RunBuiltIn(BackendChoice backend, int vcpus, VcpuScheduling? scheduling)
    {
        using Machine machine = new(new MachineOptions { Backend = backend, Vcpus = vcpus, Scheduling = scheduling });
        TestRegisters device = machine.LoadBuiltInGuest();
        using MemoryStream console = new();
        machine.AttachSerial(console);
        MachineResult result = machine.Run(new RunLimits(Long));
        Assert.Equal(BuiltInGuest.Console(vcpus), Encoding.ASCII.GetString(console.ToArray()));
        Assert.Equal(BuiltInGuest.Checksum, device.Result);
        return result;
    }

    private static void StopsAtOnceAndGoesOn(BackendChoice backend)
    {
        using Machine machine = Create(backend, Loops);
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(50));
        MachineResult stopped = machine.Run(new RunLimits(Long), source.Token);
        Assert.Equal(MachineEnd.Stopped, stopped.End);
        Assert.InRange(stopped.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));

        machine.Memory.Write(new Gpa(Start), ExitsWith7);
        Assert.Equal(MachineEnd.Exited, machine.Run(new RunLimits(Long)).End);
    }

    private static (MachineEnd End, uint Status) Run(BackendChoice backend, byte[] code, RunLimits? limits = null)
    {
        using Machine machine = Create(backend, code);
        MachineResult result = machine.Run(limits ?? new RunLimits(Long));
        return (result.End, result.Status);
    }

    private static Machine Create(BackendChoice backend, byte[] code)
    {
        Machine machine = new(new MachineOptions { Backend = backend });
        machine.LoadFlat(code, new Gpa(Start));
        return machine;
    }

    private static string Refusal(MachineOptions options) => Assert.Throws<MachineException>(() => new Machine(options)).Message;

    // Counts the threads that run the eighth vCPU: of this process, in which no other test has so many.
    private sealed class ThreadCounter : PortDevice
    {
        public static int Present => Directory.EnumerateDirectories("/proc/self/task").Count(task => NameOf(task) == "vCPU 7\n");

        public int Most { get; private set; }

        public override uint Read(ushort port, int size) => 0;

        public override void Write(ushort port, int size, uint value) => Most = Math.Max(Most, Present);

        private static string NameOf(string task)
        {
            try
            {
                return File.ReadAllText($"{task}/comm");
            }
            catch (IOException)
            {
                return ""; // it has ended meanwhile
            }
        }
    }

    // Takes nothing until it is released.
    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim _released = new();

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer) => _released.Wait();

        protected override void Dispose(bool disposing)
        {
            _released.Set();
            base.Dispose(disposing);
        }
    }
}
