using VmmEngine.Snapshots;

namespace VmmEngine.Platform;

/// <summary>
/// The two cascaded 8259A of a PC: lines 0 to 7 on the master, 8 to 15 on the slave, whose output is the master's line 2. The output goes to vCPU 0.
/// </summary>
public sealed class Pic : InterruptController, ISnapshotted
{
    private readonly DeviceLock _lock = new();
    private readonly PicChip _master = new(isMaster: true);
    private readonly PicChip _slave = new(isMaster: false);
    private readonly Action<bool> _output;
    private bool _raised;

    /// <summary>Connects the pair to a processor.</summary>
    /// <param name="output">
    /// Told the level of INTR when it changes, on any thread, with the pair's lock held: it sets a bit or posts a request, and calls nothing here.
    /// </param>
    public Pic(Action<bool> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <inheritdoc/>
    public override void SetLine(int line, bool asserted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)line, 15u, nameof(line));
        using (_lock.Hold())
        {
            if (line == PicChip.CascadeLine)
            {
                return; // no device has this line: the slave's output does
            }

            (line < 8 ? _master : _slave).SetLine(line & 7, asserted);
            Update();
        }
    }

    /// <inheritdoc/>
    public override int Acknowledge(int vcpu)
    {
        if (vcpu != 0)
        {
            return -1;
        }

        using (_lock.Hold())
        {
            if (!_raised)
            {
                return -1;
            }

            PicChip chip = _master;
            int line = chip.Acknowledge();
            if (line == PicChip.CascadeLine)
            {
                // The slave gives its own line 7 if its request has gone meanwhile, and the master believes that the slave is in service.
                chip = _slave;
                line = chip.Acknowledge();

                // Its output falls during the cycle. In automatic end-of-interrupt mode it may rise again at once, which is an edge for the master.
                _master.SetLine(PicChip.CascadeLine, asserted: false);
            }

            Update();
            return chip.Vector(line);
        }
    }

    /// <inheritdoc/>
    public override bool HasInterrupt(int vcpu) => vcpu == 0 && Volatile.Read(ref _raised);

    /// <summary>A read of a command port.</summary>
    internal byte ReadCommand(bool master)
    {
        using (_lock.Hold())
        {
            byte value = Chip(master).ReadCommand();
            Update(); // a poll acknowledges
            return value;
        }
    }

    /// <summary>A read of a data port.</summary>
    internal byte ReadData(bool master)
    {
        using (_lock.Hold())
        {
            byte value = Chip(master).ReadData();
            Update();
            return value;
        }
    }

    /// <summary>A write to a command port.</summary>
    internal void WriteCommand(bool master, byte value)
    {
        using (_lock.Hold())
        {
            Chip(master).WriteCommand(value);
            Update();
        }
    }

    /// <summary>A write to a data port.</summary>
    internal void WriteData(bool master, byte value)
    {
        using (_lock.Hold())
        {
            Chip(master).WriteData(value);
            Update();
        }
    }

    /// <summary>The edge/level control register of a chip.</summary>
    internal byte ReadLevel(bool master)
    {
        using (_lock.Hold())
        {
            return Chip(master).Level;
        }
    }

    /// <summary>Chooses edge or level for the lines of a chip.</summary>
    internal void WriteLevel(bool master, byte value)
    {
        using (_lock.Hold())
        {
            Chip(master).Level = value;
            Update();
        }
    }

    /// <summary>Chooses edge or level for one line, of those that have the choice.</summary>
    internal void SetTrigger(int line, bool isLevel)
    {
        PicChip chip = Chip(line < 8);
        using (_lock.Hold())
        {
            int bit = 1 << (line & 7);
            chip.Level = (byte)(isLevel ? chip.Level | bit : chip.Level & ~bit);
            Update();
        }
    }

    /// <summary>The machine's reset. Lines keep their levels.</summary>
    internal void Reset()
    {
        using (_lock.Hold())
        {
            _master.Reset();
            _slave.Reset();
            Update();
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        using (_lock.Hold())
        {
            _master.Save(writer);
            _slave.Save(writer);
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        using (_lock.Hold())
        {
            _master.Restore(reader);
            _slave.Restore(reader);

            // Nobody is told: where the output leads to has its own state from the same file.
            Volatile.Write(ref _raised, _master.Output);
        }
    }

    private PicChip Chip(bool master) => master ? _master : _slave;

    // The slave's output into the master, the master's into the processor.
    private void Update()
    {
        _master.SetLine(PicChip.CascadeLine, _slave.Output);
        bool raised = _master.Output;
        if (raised != _raised)
        {
            Volatile.Write(ref _raised, raised);
            _output(raised);
        }
    }
}
