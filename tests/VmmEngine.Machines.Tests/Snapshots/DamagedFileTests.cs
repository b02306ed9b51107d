using System.Buffers.Binary;
using VmmEngine.Memory;
using VmmEngine.Snapshots;
using Xunit;

namespace VmmEngine.Machines.Tests.Snapshots;

/// <summary>Files that are no whole, undamaged snapshot of this version and of this machine are refused in one line.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private static readonly byte[] Code = [0x40, 0xE6, 0x80, 0xEB, 0xFB]; // inc ax; out 0x80, al; jmp -5
    private static readonly MachineOptions Options = new() { Backend = BackendChoice.Software, MemoryBytes = 1 << 16 };

    private readonly TemporaryFile _file = new();
    private readonly byte[] _good;

    public DamagedFileTests()
    {
        using Machine machine = new(Options);
        machine.LoadFlat(Code, new Gpa(0x1000));
        machine.Run(new RunLimits(MaxExits: 50));
        machine.Save(_file.Path);
        _good = File.ReadAllBytes(_file.Path);
    }

    private int StateEnd => SnapshotHeader.Length + (int)BinaryPrimitives.ReadUInt64LittleEndian(_good.AsSpan(16));

    private int MemoryStart => (int)BinaryPrimitives.ReadUInt64LittleEndian(_good.AsSpan(24));

    public void Dispose() => _file.Dispose();

    [Fact]
    public void TheFileItselfIsGood() => Assert.Null(Try(_good));

    [Fact]
    public void EveryChangedByteOfTheHeaderIsFound()
    {
        for (int i = 0; i < SnapshotHeader.Length; i++)
        {
            foreach (byte change in (byte[])[0x01, 0x80, 0xFF])
            {
                byte[] damaged = [.. _good];
                damaged[i] ^= change;
                Refused(damaged, $"byte {i} ^ {change}");
            }
        }
    }

    [Fact]
    public void EveryChangedByteOfTheStateIsFound()
    {
        for (int i = SnapshotHeader.Length; i < StateEnd; i += 7)
        {
            byte[] damaged = [.. _good];
            damaged[i] ^= 0x10;
            Refused(damaged, $"byte {i}");
        }
    }

    /// <summary>At every border, and beside it.</summary>
    [Fact]
    public void EveryTruncationIsFound()
    {
        int[] borders = [0, 1, 8, 12, 16, 24, 32, 40, 48, 56, SnapshotHeader.Length, StateEnd, MemoryStart, MemoryStart + 4096, _good.Length];
        foreach (int length in borders.SelectMany(border => (int[])[border - 1, border, border + 1]).Where(length => length >= 0 && length < _good.Length))
        {
            Refused(_good[..length], $"{length} bytes");
        }
    }

    [Fact]
    public void AnotherVersionIsNamed()
    {
        byte[] other = [.. _good];
        other[8] = 9;

        Assert.Contains("version 9", Refused(other, "version"), StringComparison.Ordinal);
        Assert.Contains("no snapshot", Refused("#!/bin/sh\n"u8.ToArray(), "script"), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNotThereIsNamed()
    {
        string path = _file.Path + ".missing";
        Assert.Contains(path, Assert.Throws<SnapshotException>(() => Machine.ReadSnapshot(path)).Message, StringComparison.Ordinal);

        using Machine machine = new(Options);
        string nowhere = Path.Combine(path, "x");
        Assert.Contains(nowhere, Assert.Throws<SnapshotException>(() => machine.Save(nowhere)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherMachineIsRefused()
    {
        foreach (MachineOptions options in new[] { Options with { MemoryBytes = 1 << 17 }, Options with { Vcpus = 2 }, Options with { HasPcBoard = false } })
        {
            using Machine machine = new(options);
            string message = Assert.Throws<SnapshotException>(() => machine.Restore(_file.Path)).Message;
            Assert.Contains("another machine", message, StringComparison.Ordinal);
        }

        using Machine more = new(Options);
        more.AttachTestRegisters();
        Assert.Contains("test registers", Assert.Throws<SnapshotException>(() => more.Restore(_file.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Files that somebody has made, with a right checksum: refused, or a machine that runs somehow. Nothing else.</summary>
    [Fact]
    public void HostileStateDoesNoHarm()
    {
        int refused = 0;
        int ran = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            Random random = new(seed);
            byte[] hostile = [.. _good];
            for (int i = 0; i <= random.Next(4); i++)
            {
                hostile[random.Next(SnapshotHeader.Length, StateEnd)] = (byte)random.Next(256);
            }

            SnapshotHeader header = SnapshotHeader.Parse("file", hostile.AsSpan(0, SnapshotHeader.Length), (ulong)hostile.Length);
            header.Format(hostile.AsSpan(SnapshotHeader.Length, StateEnd - SnapshotHeader.Length)).CopyTo(hostile, 0);
            if (Try(hostile, runs: true) is null)
            {
                ran++;
            }
            else
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 399);
        Assert.InRange(ran, 1, 399);
    }

    private string Refused(byte[] bytes, string what)
    {
        string? message = Try(bytes);
        Assert.True(message is not null, $"{what} is not refused");
        Assert.DoesNotContain('\n', message);
        Assert.Contains(_file.Path, message, StringComparison.Ordinal);
        return message;
    }

    // Null if a machine goes on from it. Another file each time: the last machine's memory is still the last file.
    private string? Try(byte[] bytes, bool runs = false)
    {
        File.Delete(_file.Path);
        File.WriteAllBytes(_file.Path, bytes);
        using Machine machine = new(Options);
        try
        {
            machine.Restore(_file.Path);
        }
        catch (SnapshotException refusal)
        {
            return refusal.Message;
        }

        if (runs)
        {
            machine.Run(new RunLimits(TimeSpan.FromMilliseconds(20), MaxExits: 100));
        }

        return null;
    }
}
