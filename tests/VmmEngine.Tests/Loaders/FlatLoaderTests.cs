using VmmEngine.Loaders;
using VmmEngine.Memory;
using Xunit;

namespace VmmEngine.Tests.Loaders;

public sealed unsafe class FlatLoaderTests
{
    private readonly ArrayTarget _target = new();

    [Theory]
    [InlineData(0x7C00, 0x0000, 0x7C00)]
    [InlineData(0x12345, 0x1000, 0x2345)]
    public void BelowOneMegabyteTheImageStartsInRealMode(ulong address, ushort cs, ulong ip)
    {
        EntryState entry = FlatLoader.Load([0xF4, 0x90], new Gpa(address), null, _target);
        Assert.Equal((cs, ip, (ulong)cs << 4), (entry.Registers.Cs.Selector, entry.Registers.Rip, entry.Registers.Cs.Base));
        Assert.Equal(0ul, entry.Registers.Cr0 & 1);
        Assert.Equal([0xF4, 0x90], _target.Bytes[(int)address..((int)address + 2)]);
    }

    [Fact]
    public void AboveOneMegabyteItStartsInProtectedMode()
    {
        EntryState entry = FlatLoader.Load([0xF4], new Gpa(0x10_0000), null, _target);
        Assert.Equal(0x10_0000ul, entry.Registers.Rip);
        Assert.Equal((0x11ul, 0xC09Bu, uint.MaxValue), (entry.Registers.Cr0, entry.Registers.Cs.Access, entry.Registers.Cs.Limit));
    }

    [Fact]
    public void LongModeHasTablesBesideTheImage()
    {
        EntryState entry = FlatLoader.Load(new byte[0x3000], new Gpa(0x2000), EntryMode.Long, _target);
        ulong cr3 = entry.Registers.Cr3;
        Assert.Equal(0x5000ul, cr3);
        Assert.Equal(0xA09Bu, entry.Registers.Cs.Access);
        ulong pointers = _target.Read64(cr3) & ~0xFFFul;
        for (ulong address = 0; address < 1UL << 32; address += 2 << 20)
        {
            ulong directory = _target.Read64(pointers + (8 * (address >> 30))) & ~0xFFFul;
            Assert.Equal(address | 0xE3, _target.Read64(directory + (8 * ((address >> 21) & 511))));
        }
    }

    [Theory]
    [InlineData(0, 0x1000ul, null, "empty")]
    [InlineData(0x1000, 0x3F_F001ul, null, "0x3FF001")]
    [InlineData(1, ulong.MaxValue, EntryMode.Protected, "4 GiB")]
    [InlineData(2, ulong.MaxValue, EntryMode.Long, "4 GiB")]
    [InlineData(1, 0x10_0000ul, EntryMode.Real, "1 MiB")]
    [InlineData(4 << 20, 0ul, EntryMode.Long, "page tables")]
    public void WhatDoesNotFitIsRefused(int length, ulong address, EntryMode? mode, string named)
    {
        LoadException error = Assert.Throws<LoadException>(() => FlatLoader.Load(new byte[length], new Gpa(address), mode, _target));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
