using VmmEngine.Guests;
using VmmEngine.Loaders;
using Xunit;

namespace VmmEngine.Tests.Loaders;

public sealed unsafe class KernelLoaderTests
{
    private readonly ArrayTarget _target = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SegmentsAreLoadedAndTheirRestCleared(bool is64)
    {
        Array.Fill(_target.Bytes, (byte)0xCC);
        byte[] file = new ElfFile(is64) { Entry = 0x10_0002 }
            .Add(0x20_0000, [9, 8, 7], length: 0x2_0001)
            .Add(0x10_0000, [1, 2, 3, 4])
            .Add(0x30_0000, [5], type: 4)
            .ToArray();
        EntryState entry = KernelLoader.Load(file, "", _target);
        Assert.Equal(0x10_0002ul, entry.Registers.Rip);
        Assert.Equal([1, 2, 3, 4, 0xCC], _target.Bytes[0x10_0000..0x10_0005]);
        Assert.Equal([9, 8, 7, 0], _target.Bytes[0x20_0000..0x20_0004]);
        Assert.Equal((0, 0xCC), (_target.Bytes[0x22_0000], _target.Bytes[0x22_0001]));
        Assert.Equal(0xCC, _target.Bytes[0x30_0000]); // a note is not loaded
        Assert.Equal(is64, entry.Registers.Efer != 0);
    }

    [Fact]
    public void ALinkedAddressIsTranslatedToTheLoadedOne()
    {
        byte[] file = new ElfFile(true) { Entry = 0xFFFF_FFFF_8000_0001 }.Add(0x10_0000, [1, 2, 3, 4], virtualAddress: 0xFFFF_FFFF_8000_0000).ToArray();
        Assert.Equal(0x10_0001ul, KernelLoader.Load(file, "", _target).Registers.Rip);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AMultibootKernelStartsIn32BitsAndIsTold(bool is64)
    {
        ArrayTarget target = new(4 << 20, highMemory: 1 << 30);
        byte[] file = new ElfFile(is64) { Entry = 0x10_0000 }.Add(0x10_0000, [.. ElfFile.Multiboot(3), 0xF4]).ToArray();
        EntryState entry = KernelLoader.Load(file, "console=ttyS0 é", target);
        Assert.Equal(0xC09Bu, entry.Registers.Cs.Access);
        Assert.Equal(0x2BADB002ul, entry.Registers.General[0]);

        ulong information = entry.Registers.General[3];
        Assert.Equal(0x245u, target.Read32(information));
        Assert.Equal((639u, 3072u), (target.Read32(information + 4), target.Read32(information + 8)));
        Assert.Equal("console=ttyS0 é", target.ReadText(target.Read32(information + 16)));
        Assert.Equal("VmmEngine", target.ReadText(target.Read32(information + 64)));

        List<(ulong, ulong, uint)> map = [];
        ulong at = target.Read32(information + 48);
        for (ulong end = at + target.Read32(information + 44); at < end; at += target.Read32(at) + 4)
        {
            map.Add((target.Read64(at + 4), target.Read64(at + 12), target.Read32(at + 20)));
        }

        Assert.Equal(
            [(0, 0x9_FC00, 1), (0x9_FC00, 0x400, 2), (0xF_0000, 0x1_0000, 2), (0x10_0000, 0x30_0000, 1), (1UL << 32, 1 << 30, 1)], map);
    }

    [Fact]
    public void TheHeadersAddressesReplaceTheFormat()
    {
        byte[] file = [1, 2, 3, 4, .. ElfFile.Multiboot(0x1_0000, 0x10_0004, 0x10_0000, 0x10_0026, 0x10_0030, 0x10_0024), 0xF4, 0xF5, 0xF6];
        Array.Fill(_target.Bytes, (byte)0xCC);
        EntryState entry = KernelLoader.Load(file, "", _target);
        Assert.Equal(0x10_0024ul, entry.Registers.Rip);
        Assert.Equal([0xF4, 0xF5, 0, 0], _target.Bytes[0x10_0024..0x10_0028]);
        Assert.Equal((0, 0xCC), (_target.Bytes[0x10_002F], _target.Bytes[0x10_0030]));
    }

    [Fact]
    public void WhatTheLoaderAddsStaysClearOfTheImage()
    {
        byte[] file = new ElfFile(true) { Entry = 0x1000 }.Add(0x1000, new byte[0x9_0000]).ToArray();
        Assert.Equal(0x9_1000ul, KernelLoader.Load(file, "", _target).Registers.Cr3);
        file = new ElfFile(true) { Entry = 0x1000 }.Add(0x1000, new byte[0x20_0000]).ToArray();
        Assert.Equal(0x20_1000ul, KernelLoader.Load(file, "", _target).Registers.Cr3);
    }

    public static TheoryData<string, byte[], string> Broken() => new()
    {
        { "empty", [], "flat binary" },
        { "text", "#!/bin/sh\n"u8.ToArray(), "flat binary" },
        { "only the magic", [0x7F, (byte)'E', (byte)'L', (byte)'F'], "cut off" },
        { "cut in the table", Good().ToArray()[..80], "cut off" },
        { "cut in a segment", Good().ToArray()[..^1], "cut off" },
        { "big endian", Patched(5, 2), "byte order 2" },
        { "class", Patched(4, 7), "class 7" },
        { "arm", new ElfFile(true) { Machine = 183 }.ToArray(), "machine 183" },
        { "i386 as 64-bit", new ElfFile(true) { Machine = 3 }.ToArray(), "machine 3" },
        { "shared", new ElfFile(true) { Type = 3 }.ToArray(), "type 3" },
        { "no segments", new ElfFile(true).ToArray(), "nothing to load" },
        { "entry outside", new ElfFile(true) { Entry = 5 }.Add(0x10_0000, [1]).ToArray(), "0x5" },
        { "too big", new ElfFile(true) { Entry = 0x10_0000 }.Add(0x10_0000, [1], length: 1 << 30).ToArray(), "0x40000000" },
        { "too high", new ElfFile(true) { Entry = 0x4000_0000 }.Add(0x4000_0000, [1]).ToArray(), "0x40000000" },
        { "overflow", new ElfFile(true) { Entry = ulong.MaxValue }.Add(ulong.MaxValue, [1], length: 2).ToArray(), "last address" },
        { "file longer than memory", new ElfFile(true).Add(0x10_0000, [1, 2], length: 1).ToArray(), "only 0x1" },
        { "overlap", new ElfFile(true) { Entry = 0x1000 }.Add(0x1000, new byte[16]).Add(0x100F, [1]).ToArray(), "overlap" },
        { "same place", new ElfFile(true) { Entry = 0x1000 }.Add(0x1000, [1]).Add(0x1000, [2]).ToArray(), "overlap" },
        { "video", ElfFile.Multiboot(4), "video" },
        { "unknown flag", ElfFile.Multiboot(0x8000), "0x8000" },
        { "no addresses", ElfFile.Multiboot(0), "flat binary" },
        { "cut addresses", ElfFile.Multiboot(0x1_0000, 1, 2), "cut off" },
        { "load after header", ElfFile.Multiboot(0x1_0000, 0x1000, 0x2000, 0, 0, 0x1000), "load_addr" },
        { "load before the file", ElfFile.Multiboot(0x1_0000, 0x2000, 0x1000, 0, 0, 0x1000), "load_addr" },
        { "end before start", ElfFile.Multiboot(0x1_0000, 0x1000, 0x1000, 0xFFF, 0, 0x1000), "load_end_addr" },
        { "end behind the file", ElfFile.Multiboot(0x1_0000, 0x1000, 0x1000, 0x1100, 0, 0x1000), "load_end_addr" },
        { "zeros before the end", ElfFile.Multiboot(0x1_0000, 0x1000, 0x1000, 0, 0x1001, 0x1000), "bss_end_addr" },
        { "zeros behind memory", ElfFile.Multiboot(0x1_0000, 0x1000, 0x1000, 0, 0xFFFF_FFFF, 0x1000), "no memory" },
        { "entry outside of addresses", ElfFile.Multiboot(0x1_0000, 0x1000, 0x1000, 0, 0, 0x1020), "entry_addr" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void ADamagedImageIsRefusedInOneLine(string what, byte[] file, string named)
    {
        LoadException error = Assert.Throws<LoadException>(() => KernelLoader.Load(file, "", _target));
        Assert.True(error.Message.Contains(named, StringComparison.Ordinal), $"{what}: {error.Message}");
        Assert.DoesNotContain('\n', error.Message);
        Assert.False(_target.Bytes.AsSpan().ContainsAnyExcept((byte)0)); // and nothing was loaded
    }

    [Fact]
    public void ACommandLineHasALimit()
    {
        byte[] file = new ElfFile(false) { Entry = 0x10_0000 }.Add(0x10_0000, ElfFile.Multiboot(0)).ToArray();
        KernelLoader.Load(file, new string('x', 4095), _target);
        Assert.Throws<LoadException>(() => KernelLoader.Load(file, new string('x', 4096), _target));
        Assert.Throws<LoadException>(() => KernelLoader.Load(file, "a\0b", _target));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void MutatedImagesAreLoadedOrRefused(int seed)
    {
        byte[][] originals =
        [
            Good().ToArray(),
            new ElfFile(false) { Entry = 0x10_0000 }.Add(0x10_0000, [.. ElfFile.Multiboot(3), 0xF4]).Add(0x11_0000, [1, 2], 0x100).ToArray(),
            [.. ElfFile.Multiboot(0x1_0000, 0x10_0000, 0x10_0000, 0x10_0022, 0x10_0030, 0x10_0020), 0xF4, 0xF5],
        ];
        ArrayTarget target = new(2 << 20);
        Random random = new(seed);
        int loaded = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] file = Mutate((byte[])originals[random.Next(originals.Length)].Clone(), random);
            try
            {
                KernelLoader.Load(file, "x", target);
                loaded++;
            }
            catch (LoadException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }

        Assert.InRange(loaded, 1_000, 49_000); // the mutations are neither harmless nor all deadly
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        byte[] interesting = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];
        for (int count = random.Next(1, 6); count > 0; count--)
        {
            int offset = random.Next(file.Length);
            file[offset] = random.Next(2) == 0 ? interesting[random.Next(interesting.Length)] : (byte)random.Next(256);
            if (random.Next(8) == 0)
            {
                int end = Math.Min(file.Length, offset + 8);
                Array.Fill(file, interesting[random.Next(interesting.Length)], offset, end - offset);
            }
        }

        return random.Next(6) == 0 ? file[..random.Next(file.Length)] : file;
    }

    private static ElfFile Good() => new ElfFile(true) { Entry = 0x10_0000 }.Add(0x10_0000, [0xF4, 0x90]).Add(0x11_0000, [1], length: 0x2000);

    private static byte[] Patched(int offset, byte value)
    {
        byte[] file = Good().ToArray();
        file[offset] = value;
        return file;
    }
}
