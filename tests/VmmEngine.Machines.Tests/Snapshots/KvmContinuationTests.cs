using System.Runtime.InteropServices;
using System.Text;
using VmmEngine.Backends;
using VmmEngine.Guests;
using VmmEngine.Memory;
using VmmEngine.Snapshots;
using Xunit;

namespace VmmEngine.Machines.Tests.Snapshots;

/// <summary>Machines on KVM go on from a file too. Time is the host's there, so that only what does not depend on it is the same.</summary>
public sealed class KvmContinuationTests
{
    private static readonly RunLimits Long = new(TimeSpan.FromSeconds(60));

    [OnBackend(BackendChoice.Kvm)]
    public void TheBuiltInGuestComesToTheSameEnd()
    {
        foreach ((int vcpus, ulong exits) in ((int, ulong)[])[(1, 1), (1, 25), (1, 60), (1, 120), (1, 200), (2, 10), (2, 150)])
        {
            using TemporaryFile file = new();
            using MemoryStream console = new();
            using (Machine first = new(Options(vcpus)))
            {
                first.LoadBuiltInGuest();
                first.AttachSerial(console);
                Assert.Equal(MachineEnd.ExitLimit, first.Run(Long with { MaxExits = exits }).End);
                first.Save(file.Path);
            }

            using Machine second = Restored(file.Path, console, out TestRegisters device);
            MachineResult result = second.Run(Long);

            Assert.True(result is { End: MachineEnd.Exited, Status: BuiltInGuest.ExitStatus }, $"{vcpus} vCPUs after {exits} exits: {result.Detail}");
            Assert.Equal(BuiltInGuest.Console(vcpus), Encoding.ASCII.GetString(console.ToArray()));
            Assert.Equal(BuiltInGuest.Checksum, device.Result);
        }
    }

    /// <summary>Registers, memory and local APIC are what was saved, and a second file is like the first.</summary>
    [OnBackend(BackendChoice.Kvm)]
    public void NothingOfTheStateIsLost()
    {
        using TemporaryFile file = new();
        using Machine first = new(Options(vcpus: 2));
        first.LoadBuiltInGuest();
        first.AttachSerial(Stream.Null);
        first.Run(Long with { MaxExits = 100 });
        first.Save(file.Path);

        using Machine second = Restored(file.Path, Stream.Null, out _);
        Assert.Equal(StateOf(first), StateOf(second));
        using Machine third = Restored(file.Path, Stream.Null, out _);
        Assert.Equal(MachineEnd.Exited, second.Run(Long).End);
        Assert.Equal(StateOf(first), StateOf(third)); // the file's memory is nobody's
    }

    /// <summary>Firmware: real mode, its image in a segment of its own, a processor that it has started, one that still waits.</summary>
    [OnFirmware(BackendChoice.Kvm)]
    public void FirmwareGoesOn()
    {
        foreach (ulong exits in (ulong[])[20, 400, 1000])
        {
            using TemporaryFile file = new();
            using MemoryStream log = new();
            using (Machine first = new(new MachineOptions { Backend = BackendChoice.Kvm, Vcpus = 2 }))
            {
                first.LoadBios(File.ReadAllBytes(OnFirmwareAttribute.Image));
                first.AttachDebugPort(log);
                Assert.Equal(MachineEnd.ExitLimit, first.Run(Long with { MaxExits = exits }).End);
                first.Save(file.Path);
            }

            using Machine second = new(Machine.ReadSnapshot(file.Path).Options);
            second.Restore(file.Path);
            second.AttachDebugPort(log);
            MachineResult result = second.Run(Long with { MaxExits = 500 });
            Assert.True(result.End == MachineEnd.ExitLimit, $"after {exits} exits: {result.Detail}; the log ends with: {Encoding.ASCII.GetString(log.ToArray())[^(int)Math.Min(log.Length, 200)..]}");
            if (exits == 1000)
            {
                Assert.Contains("Found 2 cpu(s)", Encoding.ASCII.GetString(log.ToArray()), StringComparison.Ordinal);
            }
        }
    }

    [OnBackend(BackendChoice.Kvm)]
    public void EachBackEndRefusesTheOthersFile()
    {
        using TemporaryFile file = new();
        foreach ((BackendChoice here, BackendChoice there) in ((BackendChoice, BackendChoice)[])[(BackendChoice.Kvm, BackendChoice.Software), (BackendChoice.Software, BackendChoice.Kvm)])
        {
            MachineOptions options = new() { Backend = here, MemoryBytes = 1 << 20, Scheduling = VcpuScheduling.ThreadEach };
            using Machine saved = new(options);
            saved.Save(file.Path);
            using Machine other = new(options with { Backend = there });

            string message = Assert.Throws<SnapshotException>(() => other.Restore(file.Path)).Message;

            Assert.Contains($"on {saved.Backend}", message, StringComparison.Ordinal);
            Assert.Equal(here, Machine.ReadSnapshot(file.Path).Options.Backend);
        }
    }

    /// <summary>Files that somebody has made, with a right checksum: refused, or a machine that runs somehow. Nothing else.</summary>
    [OnBackend(BackendChoice.Kvm)]
    public void HostileStateDoesNoHarm()
    {
        using TemporaryFile file = new();
        MachineOptions options = new() { Backend = BackendChoice.Kvm, MemoryBytes = 1 << 16 };
        using (Machine machine = new(options))
        {
            machine.LoadFlat([0x40, 0xE6, 0x80, 0xEB, 0xFB], new Gpa(0x1000)); // inc ax; out 0x80, al; jmp -5
            machine.Run(new RunLimits(MaxExits: 50));
            machine.Save(file.Path);
        }

        byte[] good = File.ReadAllBytes(file.Path);
        int stateEnd = SnapshotHeader.Length + (int)BitConverter.ToUInt64(good.AsSpan(16));
        int refused = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            Random random = new(seed);
            byte[] hostile = [.. good];
            for (int i = 0; i <= random.Next(8); i++)
            {
                hostile[random.Next(SnapshotHeader.Length, stateEnd)] = (byte)random.Next(256);
            }

            SnapshotHeader header = SnapshotHeader.Parse("file", hostile.AsSpan(0, SnapshotHeader.Length), (ulong)hostile.Length);
            header.Format(hostile.AsSpan(SnapshotHeader.Length, stateEnd - SnapshotHeader.Length)).CopyTo(hostile, 0);
            File.Delete(file.Path);
            File.WriteAllBytes(file.Path, hostile);
            using Machine machine = new(options);
            try
            {
                machine.Restore(file.Path);
                machine.Run(new RunLimits(TimeSpan.FromMilliseconds(20), MaxExits: 100));
            }
            catch (SnapshotException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 99);
    }

    private static MachineOptions Options(int vcpus) => new() { Backend = BackendChoice.Kvm, Vcpus = vcpus, MemoryBytes = 4 << 20 };

    private static Machine Restored(string path, Stream console, out TestRegisters device)
    {
        Machine machine = new(Machine.ReadSnapshot(path).Options);
        device = machine.AttachTestRegisters();
        machine.AttachSerial(console);
        machine.Restore(path);
        return machine;
    }

    // All but the time-stamp counters, which go on by themselves.
    private static string StateOf(Machine machine)
    {
        List<string> lines = [];
        foreach (MachineVcpu vcpu in machine.Vcpus)
        {
            CpuRegisters registers = default;
            vcpu.ReadRegisters(RegisterGroups.All, ref registers);
            registers.Tsc = 0;
            lines.Add(Convert.ToHexString(MemoryMarshal.AsBytes(new ReadOnlySpan<CpuRegisters>(in registers))));
        }

        byte[] memory = new byte[machine.Memory.Bytes];
        machine.Memory.Read(new Gpa(0), memory);
        lines.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(memory)));
        return string.Join('\n', lines);
    }
}
