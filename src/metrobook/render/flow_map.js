function (group, data) {
  var shape = data.shape, least = data.steps[data.step].least;

  // The outlines of metrobook.render.ribbons, from the corners of the curve on the screen.
  function ribbon(corners, width, dashed) {
    var curve = [], passed = [0];
    for (var step = 0; step <= shape.steps; step += 1) {
      var t = step / shape.steps, a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
      curve.push([
        a * corners[0].x + b * corners[1].x + c * corners[2].x,
        a * corners[0].y + b * corners[1].y + c * corners[2].y
      ]);
      if (step) {
        var from = curve[step - 1], to = curve[step];
        passed.push(passed[step - 1] + Math.hypot(to[0] - from[0], to[1] - from[1]));
      }
    }
    var whole = passed[shape.steps];
    var room = Math.min(1, whole / (4 * (shape.gap[0] + shape.gap[1])));
    var first = room * shape.gap[0], tip = whole - room * shape.gap[1];
    var head = Math.min(0.5 * (tip - first), shape.head[1] + width * shape.narrowing / 2);
    var neck = tip - head;

    function at(place) {
      var step = 1;
      while (step < shape.steps && passed[step] < place) { step += 1; }
      var part = (place - passed[step - 1]) / ((passed[step] - passed[step - 1]) || 1);
      part = Math.max(0, Math.min(1, part));
      return [0, 1].map(function (axis) {
        return curve[step - 1][axis] + part * (curve[step][axis] - curve[step - 1][axis]);
      });
    }

    function side(place, half) {
      var point = at(place), ahead = at(place + 0.5), behind = at(place - 0.5);
      var x = ahead[0] - behind[0], y = ahead[1] - behind[1];
      var length = Math.max(Math.hypot(x, y), 1e-9);
      return [point[0] - half * y / length, point[1] + half * x / length];
    }

    function outline(low, high, last) {
      var count = dashed ? shape.dash_steps : shape.steps, left = [], right = [];
      for (var step = 0; step <= count; step += 1) {
        var place = low + (high - low) * step / count;
        var half = width / 2 * (1 - (1 - shape.narrowing) * (place - first) / Math.max(neck - first, 1e-9));
        left.push(side(place, half));
        right.push(side(place, -half));
      }
      if (last) {
        var barb = width * shape.narrowing / 2 + shape.head[0] / 2;
        left.push(side(neck, barb), at(tip));
        right.push(side(neck, -barb));
      }
      return left.concat(right.reverse());
    }

    if (!dashed) { return [outline(first, neck, true)]; }
    var period = shape.dash[0] + shape.dash[1];
    var count = Math.max(Math.floor((neck - first + shape.dash[1]) / period), 1), pieces = [];
    for (var dash = count - 1; dash >= 0; dash -= 1) {
      var end = neck - period * dash;
      pieces.push(outline(Math.max(end - shape.dash[0], first), end, dash === 0));
    }
    return pieces;
  }

  var Link = L.Polyline.extend({
    _update: function () {
      if (!this._map) { return; }
      var shown = this.options.persons >= least && this._rings.length;
      var pieces = shown ? ribbon(this._rings[0], this.options.width, this.options.dashed) : [];
      this._renderer._setPath(this, pieces.map(function (piece) {
        return "M" + piece.map(function (point) {
          return point[0].toFixed(1) + " " + point[1].toFixed(1);
        }).join("L") + "Z";
      }).join("") || "M0 0");
    }
  });

  function row(table, name, value) {
    var line = table.insertRow();
    line.appendChild(document.createElement("th")).textContent = name;
    line.insertCell().textContent = value;
  }

  var links = data.links.features.map(function (feature) {
    var own = feature.properties;
    var corners = feature.geometry.coordinates.map(function (place) { return [place[1], place[0]]; });
    var link = new Link(corners, {
      persons: own.p, width: own.w, dashed: Boolean(own.e), className: "flow",
      stroke: true, color: "#fff", weight: 0.6, fill: true, fillColor: data.colours[own.c],
      fillOpacity: data.opacity
    });
    return link.bindTooltip(function () {
      var table = document.createElement("table");
      row(table, data.texts.origin, data.names[own.o]);
      row(table, data.texts.destination, data.names[own.d]);
      row(table, data.texts.value, own.v);
      return table;
    }, { sticky: true, className: "tip" }).addTo(group);
  });

  if (data.steps.length < 2) { return; }
  var filter = document.createElement("div"), label = document.createElement("label");
  var slider = document.createElement("input"), output = document.createElement("output");
  filter.className = "flow-filter";
  label.appendChild(document.createElement("span")).textContent = data.texts.filter;
  slider.type = "range";
  slider.min = 0;
  slider.max = data.steps.length - 1;
  slider.step = 1;
  slider.value = data.step;
  label.appendChild(slider);
  filter.append(label, output);
  function tell() {
    var step = data.steps[slider.value];
    least = step.least;
    output.textContent = step.text;
    slider.setAttribute("aria-valuetext", step.text);
  }
  tell();
  slider.addEventListener("input", function () {
    tell();
    links.forEach(function (link) { link.redraw(); });
  });
  var frame = document.querySelector(".frame");
  frame.insertBefore(filter, frame.querySelector(".legend"));
}
