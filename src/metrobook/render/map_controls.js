function (map, settings) {
  var texts = settings.texts;
  var narrow = window.matchMedia("(max-width: 599px)").matches;
  L.control.zoom({ zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);

  var tiles = null;
  var button = document.createElement("button");
  button.type = "button";
  button.className = "online";
  button.textContent = texts.online;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", function () {
    if (tiles) {
      tiles.remove();
      tiles = null;
    } else {
      tiles = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", {
        attribution: texts.attribution, maxZoom: 19
      }).addTo(map);
    }
    button.textContent = tiles ? texts.offline : texts.online;
    button.setAttribute("aria-pressed", String(tiles !== null));
  });

  var credits = document.createElement("details");
  credits.className = "credits";
  credits.open = !narrow;
  credits.appendChild(document.createElement("summary")).textContent = texts.credits;
  map.attributionControl.setPrefix(false);
  credits.appendChild(map.attributionControl.getContainer());
  var bar = document.createElement("div");
  bar.className = "bar";
  bar.append(button, credits);
  map.getContainer().insertAdjacentElement("afterend", bar);
  document.querySelector(".legend").open = !narrow;

  function fit() {
    map.invalidateSize();
    map.fitBounds(settings.bounds, { animate: false });
  }
  fit();
  if (map.getSize().x === 0) { window.addEventListener("resize", fit, { once: true }); }
  map.on("focus", function () { map.scrollWheelZoom.enable(); });
  map.on("blur", function () { map.scrollWheelZoom.disable(); });

  // Where the middle of a name may stand, as shifts from the point of its area: on the area if it
  // hides less than half of its height, else beside it, at the end of a leader.
  function shiftsOf(area, point, width, height) {
    var size = area.getSize(), shifts = [];
    if (width <= size.x && 2 * height <= size.y) {
      shifts = [0, -14, 14, -28, 28].map(function (down) { return { x: 0, y: down, on: true }; });
    }
    [10, 24, 38].forEach(function (gap) {
      var up = area.min.y - point.y - gap - height / 2;
      var down = area.max.y - point.y + gap + height / 2;
      var left = area.min.x - point.x - gap - width / 2;
      var right = area.max.x - point.x + gap + width / 2;
      [[0, up], [left, up], [right, up], [0, down], [left, down], [right, down], [left, 0],
        [right, 0]].forEach(function (shift) { shifts.push({ x: shift[0], y: shift[1] }); });
    });
    return shifts;
  }

  function around(x, y, width, height) {
    return L.bounds([x - width / 2, y - height / 2], [x + width / 2, y + height / 2]);
  }

  // The end of the leader: the point of the name that is nearest to the area.
  function endOf(shift, width, height) {
    return {
      x: Math.max(shift.x - width / 2, Math.min(0, shift.x + width / 2)),
      y: Math.max(shift.y - height / 2, Math.min(0, shift.y + height / 2))
    };
  }

  // What a name and its leader cover.
  function covered(point, shift, width, height) {
    var boxes = [around(point.x + shift.x, point.y + shift.y, width, height)];
    if (shift.on) { return boxes; }
    var end = endOf(shift, width, height), steps = Math.ceil(Math.hypot(end.x, end.y) / 6);
    for (var step = 0; step < steps; step += 1) {
      boxes.push(around(point.x + end.x * step / steps, point.y + end.y * step / steps, 5, 5));
    }
    return boxes;
  }

  function place(marker, others, kept) {
    var name = marker.getElement().querySelector("span");
    var line = marker.getElement().querySelector("i");
    var point = map.latLngToContainerPoint(marker.getLatLng());
    var corners = marker.options.area.map(function (c) { return map.latLngToContainerPoint(c); });
    var width = name.offsetWidth, height = name.offsetHeight;
    var view = L.bounds([0, 0], map.getSize());
    var shift = shiftsOf(L.bounds(corners), point, width, height).find(function (candidate) {
      var boxes = covered(point, candidate, width, height);
      return view.contains(boxes[0]) && boxes.every(function (box) {
        return kept.concat(others).every(function (other) { return !other.overlaps(box); });
      });
    });
    marker.getElement().style.visibility = shift ? "visible" : "hidden";
    if (!shift) { return; }
    var end = endOf(shift, width, height);
    kept.push.apply(kept, covered(point, shift, width, height));
    name.style.left = shift.x + "px";
    name.style.top = shift.y + "px";
    line.hidden = Boolean(shift.on);
    line.style.width = Math.hypot(end.x, end.y) + "px";
    line.style.transform = "rotate(" + Math.atan2(end.y, end.x) + "rad)";
  }

  function unclutter() {
    var frame = map.getContainer().getBoundingClientRect();
    var kept = Array.from(document.querySelectorAll(".leaflet-control"), function (control) {
      var box = control.getBoundingClientRect();
      return L.bounds(
        [box.left - frame.left, box.top - frame.top],
        [box.right - frame.left, box.bottom - frame.top]
      );
    });
    var markers = [];
    map.eachLayer(function (layer) { if (layer.options.area) { markers.push(layer); } });
    var points = markers.map(function (marker) {
      var point = map.latLngToContainerPoint(marker.getLatLng());
      return around(point.x, point.y, 6, 6);
    });
    markers.forEach(function (marker, own) {
      place(marker, points.filter(function (_box, other) { return other !== own; }), kept);
    });
  }
  map.on("zoomend moveend overlayadd", unclutter);
  window.addEventListener("load", function () { fit(); unclutter(); });
}
