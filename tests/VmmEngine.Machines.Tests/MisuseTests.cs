using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Machines.Tests.Snapshots;
using VmmEngine.Memory;
using VmmEngine.Snapshots;
using Xunit;

namespace VmmEngine.Machines.Tests;

/// <summary>What an owner does wrong is said to the owner, at once; it neither hangs nor ends the process, and the machine can be taken down.</summary>
public sealed class MisuseTests
{
    private const uint Start = 0x1000;
    private const ushort Port = 0xE0;
    private static readonly RunLimits Limits = new(TimeSpan.FromSeconds(60));

    // 16-bit code at 0x1000.
    private static readonly byte[] AsksOnceAndExits = [0xE4, 0xE0, 0xB0, 0x00, 0xE6, 0xF4, 0xF4]; // in al, 0xE0; mov al, 0; out 0xF4, al; hlt
    private static readonly byte[] Loops = [0xEB, 0xFE]; // jmp $
    private static readonly byte[] FloodsAPort = [0xE6, 0xE0, 0xEB, 0xFC]; // out 0xE0, al; jmp -4

    [Fact]
    public void ADisposedMachineSaysSo()
    {
        Machine machine = Create(BackendChoice.Software, Loops);
        machine.Dispose();
        machine.Dispose();

        Assert.Throws<ObjectDisposedException>(() => machine.Run());
        Assert.Throws<ObjectDisposedException>(() => machine.Save("nowhere"));
        Assert.Throws<ObjectDisposedException>(() => machine.Restore("nowhere"));
        Assert.Throws<ObjectDisposedException>(() => machine.AttachSerial(Stream.Null));
        Assert.Throws<ObjectDisposedException>(() => machine.LoadFlat(Loops, new Gpa(Start)));
        Assert.Throws<ObjectDisposedException>(() => machine.LoadBuiltInGuest());
        Assert.Throws<ObjectDisposedException>(() => machine.Memory.Write(new Gpa(0), [1]));
        Assert.Throws<ObjectDisposedException>(() => machine.Memory.Read(new Gpa(0), new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => ReadRegisters(machine));
        machine.Stop();
    }

    [Fact]
    public void AMachineWithNothingToRunSaysSo()
    {
        using Machine machine = new(new MachineOptions { Backend = BackendChoice.Software });

        Assert.Contains("load", Assert.Throws<MachineException>(() => machine.Run(Limits)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => machine.AttachSerial(new MemoryStream([], writable: false)));
        Assert.Throws<MachineException>(() => new Machine(new MachineOptions { Backend = (BackendChoice)7 }));
    }

    [OnBackend(BackendChoice.Software)]
    public void DisposingARunningSoftwareMachineStopsIt() => DisposingStops(BackendChoice.Software);

    [OnBackend(BackendChoice.Kvm)]
    public void DisposingARunningKvmMachineStopsIt() => DisposingStops(BackendChoice.Kvm);

    [OnBackend(BackendChoice.Software)]
    public void WhatADeviceThrowsComesOutOfASoftwareMachinesRun()
    {
        WhatADeviceThrowsComesOutOfTheRun(new MachineOptions { Backend = BackendChoice.Software });
        WhatADeviceThrowsComesOutOfTheRun(new MachineOptions { Backend = BackendChoice.Software, Vcpus = 2 });
        WhatADeviceThrowsComesOutOfTheRun(new MachineOptions { Backend = BackendChoice.Software, Vcpus = 2, Scheduling = VcpuScheduling.ThreadEach });
    }

    [OnBackend(BackendChoice.Kvm)]
    public void WhatADeviceThrowsComesOutOfAKvmMachinesRun()
    {
        WhatADeviceThrowsComesOutOfTheRun(new MachineOptions { Backend = BackendChoice.Kvm });
        WhatADeviceThrowsComesOutOfTheRun(new MachineOptions { Backend = BackendChoice.Kvm, Vcpus = 2 });
    }

    /// <summary>Each would wait for the thread that asks for it.</summary>
    [Fact]
    public void ADeviceIsToldWhatItCannotAskItsMachineFor()
    {
        foreach (Action<Machine> wrong in (Action<Machine>[])
            [
                machine => machine.Dispose(),
                machine => machine.Run(Limits),
                machine => machine.Save(Path.Combine(Path.GetTempPath(), "never")),
                machine => machine.Restore("never"),
                ReadRegisters,
                machine => machine.Vcpus[0].WriteRegisters(RegisterGroups.General, default),
            ])
        {
            using Machine machine = Create(BackendChoice.Software, AsksOnceAndExits);
            machine.Bus.MapPorts(Port, 1, new CallingDevice(() => wrong(machine)));

            Assert.Throws<MachineException>(() => machine.Run(Limits));
            Assert.Equal(MachineEnd.Exited, machine.Run(Limits).End);
        }
    }

    [Fact]
    public void ADeviceMayStopItsMachineAndUseItsMemoryAndItsBus()
    {
        using Machine machine = Create(BackendChoice.Software, AsksOnceAndExits);
        byte[] seen = new byte[2];
        machine.Bus.MapPorts(Port, 1, new CallingDevice(() =>
        {
            machine.Memory.Read(new Gpa(Start), seen);
            machine.Memory.Write(new Gpa(0x5000), [1]);
            machine.Bus.UnmapPorts(Port, 1);
            machine.Stop();
        }));

        Assert.Equal(MachineEnd.Stopped, machine.Run(Limits).End);
        Assert.Equal(AsksOnceAndExits[..2], seen);
        Assert.Equal(MachineEnd.Exited, machine.Run(Limits).End);
    }

    [Fact]
    public void ADeviceMayRunAnotherMachine()
    {
        using Machine inner = Create(BackendChoice.Software, AsksOnceAndExits);
        using Machine outer = Create(BackendChoice.Software, AsksOnceAndExits);
        MachineEnd? end = null;
        outer.Bus.MapPorts(Port, 1, new CallingDevice(() => end = inner.Run(Limits).End));

        Assert.Equal(MachineEnd.Exited, outer.Run(Limits).End);
        Assert.Equal(MachineEnd.Exited, end);
    }

    [OnBackend(BackendChoice.Software)]
    public void ThreadsLookAtARunningSoftwareVcpu() => ThreadsLookAtARunningVcpu(BackendChoice.Software, 2_000);

    [OnBackend(BackendChoice.Kvm)]
    public void ThreadsLookAtARunningKvmVcpu() => ThreadsLookAtARunningVcpu(BackendChoice.Kvm, 100);

    [Fact]
    public void ATimeThatNoTimerHoldsIsRefused()
    {
        using Machine machine = Create(BackendChoice.Software, Loops);

        Assert.Throws<ArgumentOutOfRangeException>(() => machine.Run(new RunLimits(TimeSpan.FromTicks(-1))));
        Assert.Throws<ArgumentOutOfRangeException>(() => machine.Run(new RunLimits(TimeSpan.MaxValue)));
        Assert.Equal(MachineEnd.TimedOut, machine.Run(new RunLimits(TimeSpan.Zero)).End);
        Assert.Equal(MachineEnd.Stopped, machine.Run(Limits, new CancellationToken(canceled: true)).End);
    }

    [Fact]
    public void AStreamThatFailsInItsOwnWayLosesTheOutputOnly()
    {
        byte[] prints = [0xBA, 0xF8, 0x03, 0xB0, 0x41, 0xEE, 0xB0, 0x00, 0xE6, 0xF4, 0xF4]; // mov dx, 0x3F8; mov al, 'A'; out dx, al; mov al, 0; out 0xF4, al; hlt
        using Machine machine = Create(BackendChoice.Software, prints);
        machine.AttachSerial(new FailingStream());

        Assert.Equal(MachineEnd.Exited, machine.Run(Limits).End);
    }

    /// <summary>As a pipe whose reader has stopped reading.</summary>
    [Fact]
    public void AStreamThatTakesNothingDoesNotKeepAStoppedRun()
    {
        byte[] prints = [0xBA, 0xF8, 0x03, 0xB0, 0x41, 0xEE, 0xEB, 0xFD]; // mov dx, 0x3F8; mov al, 'A'; out dx, al; jmp -3
        using ManualResetEventSlim release = new();
        using (Machine machine = Create(BackendChoice.Software, prints))
        {
            machine.AttachSerial(new StuckStream(release));
            Assert.Equal(MachineEnd.TimedOut, machine.Run(new RunLimits(TimeSpan.FromMilliseconds(50))).End);
        }

        release.Set();
    }

    [Fact]
    public void ADeviceThatCannotBeSavedIsSaidToWhoSaves()
    {
        using TemporaryFile file = new();
        using Machine machine = Create(BackendChoice.Software, Loops);
        UnsavableDevice device = new();
        machine.AddToSnapshots("device", device);

        Assert.Throws<NotImplementedException>(() => machine.Save(file.Path));
        device.IsGood = true;
        machine.Save(file.Path);
        Assert.Throws<ArgumentException>(() => machine.Save(""));
    }

    private static void DisposingStops(BackendChoice backend)
    {
        Machine machine = Create(backend, FloodsAPort);
        using ManualResetEventSlim runs = new();
        machine.Bus.MapPorts(Port, 1, new CallingDevice(runs.Set));
        Task<MachineResult> run = Task.Factory.StartNew(() => machine.Run(Limits), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        runs.Wait();
        machine.Dispose();

        Assert.Equal(MachineEnd.Stopped, run.GetAwaiter().GetResult().End);
    }

    // By the last vCPU, which has a thread of its own where each has.
    private static void WhatADeviceThrowsComesOutOfTheRun(MachineOptions options)
    {
        using Machine machine = new(options);
        machine.LoadFlat(FloodsAPort, new Gpa(Start));
        if (options.Vcpus == 2)
        {
            CpuRegisters registers = default;
            machine.Vcpus[0].ReadRegisters(RegisterGroups.General | RegisterGroups.System, ref registers);
            machine.Vcpus[1].WriteRegisters(RegisterGroups.General | RegisterGroups.System, in registers);
            machine.Vcpus[1].Start();
            machine.LoadFlat(Loops, new Gpa(0x2000));
        }

        int left = 3;
        InvalidOperationException own = new("own");
        machine.Bus.MapPorts(Port, 1, new CallingDevice(() =>
        {
            if (--left == 0)
            {
                throw own;
            }

            if (left < 0)
            {
                machine.Stop();
            }
        }));

        Assert.Same(own, Assert.Throws<InvalidOperationException>(() => machine.Run(Limits)));
        Assert.Equal(MachineEnd.Stopped, machine.Run(Limits).End);
    }

    private static void ThreadsLookAtARunningVcpu(BackendChoice backend, int times)
    {
        using Machine machine = Create(backend, Loops);
        using CancellationTokenSource enough = new();
        Task<MachineResult> run = Task.Factory.StartNew(() => machine.Run(Limits, enough.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Parallel.For(0, times, _ => ReadRegisters(machine));
        enough.Cancel();

        Assert.Equal(MachineEnd.Stopped, run.GetAwaiter().GetResult().End);
    }

    private static void ReadRegisters(Machine machine)
    {
        CpuRegisters registers = default;
        machine.Vcpus[0].ReadRegisters(RegisterGroups.General, ref registers);
        Assert.Equal(Start, registers.Rip & ~1ul);
    }

    private static Machine Create(BackendChoice backend, byte[] code)
    {
        Machine machine = new(new MachineOptions { Backend = backend });
        machine.LoadFlat(code, new Gpa(Start));
        return machine;
    }

    /// <summary>Does something at every access.</summary>
    private sealed class CallingDevice(Action act) : PortDevice
    {
        public override uint Read(ushort port, int size)
        {
            act();
            return 0;
        }

        public override void Write(ushort port, int size, uint value) => act();
    }

    private sealed class FailingStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new InvalidTimeZoneException();
    }

    private sealed class StuckStream(ManualResetEventSlim release) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                release.Wait();
            }
            catch (ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }

    private sealed class UnsavableDevice : ISnapshotted
    {
        public bool IsGood { get; set; }

        public void Save(SnapshotWriter writer)
        {
            if (!IsGood)
            {
                throw new NotImplementedException();
            }
        }

        public void Restore(SnapshotReader reader)
        {
        }
    }
}
